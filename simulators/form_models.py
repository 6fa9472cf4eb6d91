"""Form models: a tree of named fields, kept as XML, shown as JSON where asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

Fields = Mapping[str, Any]  # name -> "text", "bool", "date" or a mapping of the same kind
HEAD = b'<?xml version="1.0" encoding="utf-8"?>'


class FormError(ValueError):
    """The content is not such a form."""


@dataclass(frozen=True, slots=True)
class FormModel:
    root: str
    fields: Fields

    def leaves(self) -> Iterator[tuple[tuple[str, ...], str]]:
        return _leaves(self.fields, ())

    def names(self) -> list[str]:
        """Dotted paths of every field."""
        return [".".join(path) for path, _ in self.leaves()]

    def from_json(self, content: Any) -> dict[str, Any]:
        """Unknown names are dropped, as a typed model would; a wrong type is an error."""
        if not isinstance(content, dict):
            raise FormError("the form is not an object")
        return _read_json(self.fields, content)

    def from_xml(self, content: bytes) -> dict[str, Any]:
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise FormError("a document type is not allowed")
        try:
            root = ET.fromstring(content)  # noqa: S314 - entities cannot be declared, see above
        except ET.ParseError as failure:
            raise FormError("the form is not XML") from failure
        if root.tag != self.root:
            raise FormError(f"the root element is not {self.root}")
        return _read_element(self.fields, root)

    def to_xml(self, form: Mapping[str, Any]) -> bytes:
        root = ET.Element(self.root)
        _write_element(self.fields, form, root)
        content: bytes = ET.tostring(root, encoding="utf-8")
        return HEAD + content

    def value(self, form: Mapping[str, Any], path: str) -> str:
        value: Any = form
        for name in path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        return "" if value is None else str(value)


def merged(form: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` wins, branch by branch."""
    result = dict(form)
    for name, value in over.items():
        old = result.get(name)
        result[name] = (
            merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
        )
    return result


def typed(kind: str, text: str) -> str | bool:
    """A text as the field's type. Raises FormError."""
    if kind == "bool":
        if text.lower() not in {"true", "false", "1", "0"}:
            raise FormError("not a truth value")
        return text.lower() in {"true", "1"}
    if kind == "date" and text:
        return _date(text)
    return text


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError as failure:
        raise FormError("not a date") from failure


def _leaves(fields: Fields, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, kind in fields.items():
        if isinstance(kind, str):
            yield (*path, name), kind
        else:
            yield from _leaves(kind, (*path, name))


def _read_json(fields: Fields, content: Mapping[str, Any]) -> dict[str, Any]:
    form: dict[str, Any] = {}
    for name, kind in fields.items():
        value = content.get(name)
        if isinstance(kind, Mapping):
            form[name] = _read_json(kind, value if isinstance(value, Mapping) else {})
        elif kind == "bool" and isinstance(value, bool):
            form[name] = value
        else:
            form[name] = None if value is None else typed(kind, str(value))
    return form


def _read_element(fields: Fields, element: ET.Element) -> dict[str, Any]:
    form: dict[str, Any] = {}
    for name, kind in fields.items():
        child = element.find(name)
        if isinstance(kind, Mapping):
            form[name] = _read_element(kind, child if child is not None else ET.Element(name))
        else:
            form[name] = None if child is None else typed(kind, child.text or "")
    return form


def _write_element(fields: Fields, form: Mapping[str, Any], parent: ET.Element) -> None:
    for name, kind in fields.items():
        value = form.get(name)
        if value is None:
            continue
        child = ET.SubElement(parent, name)
        if isinstance(kind, Mapping):
            _write_element(kind, value, child)
        else:
            child.text = str(value).lower() if isinstance(value, bool) else str(value)
