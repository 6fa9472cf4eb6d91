"""multipart/form-data with the content type of every part, which form parsers throw away."""

from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header


class MultipartError(ValueError):
    """The body is not well-formed, or a part lacks what it must have."""


@dataclass(slots=True)
class Part:
    headers: dict[str, str] = field(default_factory=dict)
    content: bytearray = field(default_factory=bytearray)

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")

    @property
    def media_type(self) -> str:
        return self.content_type.partition(";")[0].strip().lower()

    @property
    def name(self) -> str:
        return self._option(b"name") or ""

    @property
    def filename(self) -> str | None:
        return self._option(b"filename")

    def _option(self, option: bytes) -> str | None:
        _, options = parse_options_header(self.headers.get("content-disposition", ""))
        value = options.get(option)
        return None if value is None else value.decode("utf-8", "replace")


class _Collector:
    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._field = bytearray()
        self._value = bytearray()

    def begin(self) -> None:
        self.parts.append(Part())

    def data(self, chunk: bytes, start: int, end: int) -> None:
        self.parts[-1].content += chunk[start:end]

    def header_field(self, chunk: bytes, start: int, end: int) -> None:
        self._field += chunk[start:end]

    def header_value(self, chunk: bytes, start: int, end: int) -> None:
        self._value += chunk[start:end]

    def header_end(self) -> None:
        name = self._field.decode("latin-1").lower()
        self.parts[-1].headers[name] = self._value.decode("utf-8", "replace")
        self._field.clear()
        self._value.clear()


def read_parts(content_type: str, body: bytes) -> list[Part]:
    """Raises MultipartError."""
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if not boundary:
        raise MultipartError("The boundary is missing")
    collector = _Collector()
    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": collector.begin,
                "on_part_data": collector.data,
                "on_header_field": collector.header_field,
                "on_header_value": collector.header_value,
                "on_header_end": collector.header_end,
            },
        )
        parser.write(body)
        parser.finalize()
    except FormParserError as failure:
        raise MultipartError("The multipart body is malformed") from failure
    return collector.parts
