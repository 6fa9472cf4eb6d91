"""What the remotes may do within their contracts and seldom do: switched on, they do it all the time."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from simulators.fault_rules import Strict

# Free maps: a name in them is data and no field.
MAPS = frozenset({"dataValues", "presentationTexts", "errors"})
OPTIONAL = frozenset({
    # HPR
    "mellomnavn", "rekvisisjonsretter", "spesialistgodkjenninger", "tilleggskompetanser", "vilkår",
    "sistOppdatert", "gjelderForDato", "godkjentTurnusDato",
    # Folkeregisteret
    "ajourholdstidspunkt", "kilde", "kjoenn", "statsborgerskap", "foedsel", "forkortetNavn", "flyttedato",
    "identitetsgrunnlag",
    # Altinn
    "selfLinks", "blobStoragePath", "contentHash", "tags", "refs", "isRead", "locked", "party",
    "visibleAfter", "startEvent", "lastChangedBy", "presentationTexts", "statusText", "alternativesubject",
    # Nexi
    "consumer", "checkout", "paymentDetails", "reconciliationReference", "subscriptionId",
})  # fmt: skip
NEW_FIELDS: dict[str, Any] = {"nyttFelt": "ny verdi", "nyttTre": {"gren": [1, {"blad": None}]}}


class Quirks(Strict):
    drop_prefill: dict[str, tuple[str, ...]] = Field({}, description="App → prefill keys lost in silence")
    quoted_tokens: bool = Field(False, description="Exchanged tokens are quoted, whatever Accept says")
    xml_only: bool = Field(False, description="Apps give form models as XML, whatever Accept says")
    odd_hpr: bool = Field(False, description="HPR leaves out and nulls all that it may, ids become texts")
    fields_come_and_go: bool = Field(
        False, description="Every JSON object gets unknown fields and loses its optional ones"
    )

    def kept_prefill(self, app_id: str, prefill: Mapping[str, Any]) -> dict[str, Any]:
        lost = {key.lower() for key in self.drop_prefill.get(app_id.partition("/")[2], ())}
        return {key: value for key, value in prefill.items() if key.lower() not in lost}

    def shaped(self, content: Any) -> Any:
        return come_and_gone(content) if self.fields_come_and_go else content


def come_and_gone(value: Any) -> Any:
    if isinstance(value, list):
        return [come_and_gone(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    kept = {
        name: inner if name in MAPS else come_and_gone(inner)
        for name, inner in value.items()
        if name not in OPTIONAL and inner is not None
    }
    return kept | NEW_FIELDS


def odd_record(value: Any) -> Any:
    """An HPR record with nothing in it that could be missing: empty lists are null, nulls are left out."""
    if isinstance(value, Mapping):
        return {name: _odd(name, inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [odd_record(inner) for inner in value] or None
    return value


def _odd(name: str, value: Any) -> Any:
    if name == "kodeverk":
        return {**value, "id": str(value["id"])}
    return odd_record(value)
