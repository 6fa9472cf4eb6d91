"""What the control interface takes."""

from base64 import b64decode
from binascii import Error as Base64Error
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from simulators import pdf
from simulators.citizen import NotPossibleError
from simulators.instances import Upload

MOST_BYTES = 30 * 1024 * 1024
JPEG, PNG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", b"\x89PNG\r\n\x1a\n"


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class ClientBody(Body):
    orgnr: str
    jwks: dict[str, Any]
    scopes: list[str]


class AttachmentBody(Body):
    """Without content, something of the media type is made up; `size` pads it to that many bytes."""

    data_type: str = Field(alias="dataType")
    filename: str
    content_type: str = Field(default="application/pdf", alias="contentType")
    content: str | None = None
    size: int | None = Field(default=None, ge=1, le=MOST_BYTES)

    def upload(self) -> Upload:
        return Upload(self.data_type, self.filename, self.content_type, self._bytes())

    def _bytes(self) -> bytes:
        if self.content is not None:
            try:
                return b64decode(self.content, validate=True)
            except Base64Error:
                raise NotPossibleError("content er ikke base64") from None
        made = self._made_up()
        return made if self.size is None else made[: self.size].ljust(self.size, b"\n")

    def _made_up(self) -> bytes:
        match self.content_type:
            case "image/jpeg":
                return JPEG
            case "image/png":
                return PNG
            case _:
                return pdf.document(["Vedlegg", self.filename])


class ApplicationBody(Body):
    form: dict[str, Any] = {}
    attachments: list[AttachmentBody] = []
    app: Literal["autorisasjon", "lisens"] = "autorisasjon"
    payment: Literal["paid", "skipped", "none", "later"] = "paid"
    submit: bool = True


class SupplementBody(Body):
    form: dict[str, Any] = {}
    attachments: list[AttachmentBody] = []


class WithdrawalBody(Body):
    form: dict[str, Any]


class PayBody(Body):
    """`amount` in øre: another one than the order's, less or more."""

    outcome: Literal["paid", "declined"] = "paid"
    amount: int | None = Field(default=None, gt=0)


class AmountBody(Body):
    """In øre; without it, all that is left."""

    amount: int | None = Field(default=None, gt=0)


class RedeliverBody(Body):
    instance_id: str = Field(alias="instanceId")
    times: int = Field(default=1, ge=1, le=1000)
