"""The multipart form of making an instance: a template, a notification, and data elements."""

from dataclasses import replace
from typing import Any

import orjson

from simulators.app_definitions import JSON, MODEL, AppDefinition
from simulators.instances import Upload
from simulators.instantiation_template import Wanted, read_object, read_template, refusal
from simulators.multipart import MultipartError, Part, read_parts
from simulators.state import World

COMPARISON = "Error when comparing content to application metadata: "
TEMPLATE, NOTIFICATION = "instance", "notification"


def read_full(
    world: World, app: AppDefinition, content_type: str, body: bytes, *, party: str | None
) -> Wanted:
    """`party`: the owner named in the query instead of in a template."""
    multipart = content_type.startswith("multipart/form-data")
    parts = _parts(content_type, body) if multipart else [_template_part(body)]
    template = _object(parts, TEMPLATE)
    if party is not None:
        if template:
            raise refusal("It is not possible to give both an instance part and instanceOwnerPartyId")
        template = {"instanceOwner": {"partyId": party}}
    elements = [_fitting(app, part) for part in parts if part.name not in {TEMPLATE, NOTIFICATION}]
    form = _form(app, [part for part in elements if part.name == MODEL])
    return replace(
        read_template(world, template),
        form=form,
        prefill={name: app.model.value(form, name) for name in app.model.names()},
        notification=_object(parts, NOTIFICATION),
        uploads=[
            Upload(part.name, part.filename, part.media_type, bytes(part.content))
            for part in elements
            if part.name != MODEL
        ],
    )


def _template_part(body: bytes) -> Part:
    headers = {"content-disposition": f'form-data; name="{TEMPLATE}"', "content-type": JSON}
    return Part(headers, bytearray(body))


def _object(parts: list[Part], name: str) -> dict[str, Any]:
    found = next((part for part in parts if part.name == name), None)
    return {} if found is None else read_object(bytes(found.content))


def _parts(content_type: str, body: bytes) -> list[Part]:
    try:
        parts = read_parts(content_type, body)
    except MultipartError as failure:
        raise refusal(str(failure)) from None
    for part in parts:
        if not part.name:
            raise refusal("The multipart section is missing a Content-Disposition with a name")
        if not part.content_type:
            raise refusal(f"The multipart section named {part.name} is missing Content-Type.")
        if not part.content:
            raise refusal(f"The multipart section named {part.name} has no data. Cannot process empty part.")
    return parts


def _fitting(app: AppDefinition, part: Part) -> Part:
    kind = app.data_types.get(part.name)
    if kind is None:
        raise refusal(
            f"{COMPARISON}Multipart section named, '{part.name}' does not correspond to an element type"
        )
    if part.media_type not in kind.content_types:
        raise refusal(
            f"{COMPARISON}The multipart section named {part.name} has a Content-Type"
            f" '{part.content_type}' which is invalid for element type '{part.name}'"
        )
    if len(part.content) > kind.max_size_mb * 1024 * 1024:
        raise refusal(f"{COMPARISON}The multipart section named {part.name} exceeds the size limit")
    return part


def _form(app: AppDefinition, models: list[Part]) -> dict[str, Any]:
    if len(models) > 1:
        raise refusal(f"{COMPARISON}The application only allows one element of type '{MODEL}'")
    if not models:
        return app.model.from_json({})
    content = bytes(models[0].content)
    try:
        if models[0].media_type == JSON:
            return app.model.from_json(orjson.loads(content))
        return app.model.from_xml(content)
    except ValueError:
        raise refusal(f"The multipart section named {MODEL} cannot be read as {app.model.root}") from None
