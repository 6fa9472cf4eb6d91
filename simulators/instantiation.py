"""How an organisation makes an instance: simplified with prefill, or multipart."""

from fastapi import Request, Response

from simulators import app_process, instantiation_parts, instantiation_template
from simulators.answers import as_json
from simulators.app_definitions import AppDefinition
from simulators.instantiation_template import Wanted
from simulators.serialisation import app_instance, app_link
from simulators.state import World
from simulators.tokens import Caller


async def simplified(world: World, app: AppDefinition, request: Request, caller: Caller) -> Response:
    wanted = instantiation_template.read_simplified(world, app, await request.body())
    return _create(world, app, wanted, caller)


async def full(world: World, app: AppDefinition, request: Request, caller: Caller) -> Response:
    """Multipart; a single JSON body is taken as the template."""
    body = await request.body()
    content_type = request.headers.get("content-type", "")
    party = request.query_params.get("instanceOwnerPartyId")
    wanted = instantiation_parts.read_full(world, app, content_type, body, party=party)
    return _create(world, app, wanted, caller)


def _create(world: World, app: AppDefinition, wanted: Wanted, caller: Caller) -> Response:
    """There is no idempotency key: the same request twice makes two instances."""
    now, who = world.clock.now(), caller.orgnr or ""
    instance = world.instances.new(app, wanted.owner, now, who, by_org=True)
    instance.due_before = wanted.due_before
    instance.visible_after = wanted.visible_after or now
    instance.prefill = wanted.prefill
    instance.notification = wanted.notification or None
    instance.data_values = wanted.data_values
    instance.save_form(wanted.form, now, who)
    for upload in wanted.uploads:
        app_process.attach(world, instance, upload, who)
    app_process.created(world, instance)
    headers = {"Location": app_link(world.settings, instance), "Cache-Control": "no-store, no-cache"}
    return as_json(app_instance(world.settings, instance), 201, headers=headers)
