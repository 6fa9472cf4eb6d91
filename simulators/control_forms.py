"""The control interface: the forms that people send."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import APIRouter, HTTPException, Response

from simulators import citizen
from simulators.answers import as_json
from simulators.app_definitions import APPLIED_IN
from simulators.control import find_open_form, find_person
from simulators.control_models import ApplicationBody, SupplementBody, WithdrawalBody
from simulators.form_models import FormError
from simulators.state import WorldDep


def routes() -> APIRouter:
    router = APIRouter(prefix="/sim/people/{key}")
    router.add_api_route("/applications", apply, methods=["POST"])
    router.add_api_route("/supplements", supplement, methods=["POST"])
    router.add_api_route("/withdrawals", withdrawal, methods=["POST"])
    router.add_api_route("/instances/{party_id}/{guid}/answer", answer, methods=["POST"])
    return router


@contextmanager
def _possible() -> Iterator[None]:
    try:
        yield
    except (citizen.NotPossibleError, FormError) as failure:
        raise HTTPException(422, str(failure)) from None


async def apply(key: str, body: ApplicationBody, world: WorldDep) -> Response:
    person = find_person(world, key)
    with _possible():
        instance, payment = citizen.apply(
            world,
            person,
            body.form,
            [attachment.upload() for attachment in body.attachments],
            payment=body.payment,
            submit=body.submit,
            app=APPLIED_IN[body.app],
        )
    made = {"instanceId": instance.id}
    return as_json(made if payment is None else made | {"paymentId": payment.id}, 201)


async def supplement(key: str, body: SupplementBody, world: WorldDep) -> Response:
    person = find_person(world, key)
    with _possible():
        uploads = [attachment.upload() for attachment in body.attachments]
        instance = citizen.start_supplement(world, person, body.form, uploads)
    return as_json({"instanceId": instance.id}, 201)


async def withdrawal(key: str, body: WithdrawalBody, world: WorldDep) -> Response:
    person = find_person(world, key)
    with _possible():
        instance = citizen.withdraw(world, person, body.form)
    return as_json({"instanceId": instance.id}, 201)


async def answer(key: str, party_id: int, guid: str, body: SupplementBody, world: WorldDep) -> Response:
    instance = find_open_form(world, find_person(world, key), party_id, guid)
    with _possible():
        uploads = [attachment.upload() for attachment in body.attachments]
        citizen.answer(world, instance, body.form, uploads)
    return as_json({"instanceId": instance.id})
