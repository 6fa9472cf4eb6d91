"""The simulated world as one application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from simulators import (
    apps_api,
    control,
    control_faults,
    control_forms,
    control_payments,
    control_quirks,
    correspondence,
    events_api,
    exchange,
    folkeregisteret,
    graduates,
    hpr,
    maskinporten,
    nexi,
    nexi_checkout,
    pages,
    pages_faults,
    seam,
    storage_api,
    subscriptions_api,
)
from simulators.answers import RefusedError, as_json, problem
from simulators.persons import Person
from simulators.settings import SimulatorSettings
from simulators.state import World, new_world
from simulators.tokens import TokenDesk
from simulators.views import error_page

__all__ = ["World", "create_app"]

PAGES = ("/people/", "/forms/")

ROUTES = (
    maskinporten.routes,
    exchange.routes,
    subscriptions_api.routes,
    events_api.routes,
    storage_api.routes,
    apps_api.routes,
    correspondence.routes,
    nexi.routes,
    nexi_checkout.routes,
    hpr.routes,
    folkeregisteret.routes,
    control.routes,
    control_faults.routes,
    control_forms.routes,
    control_payments.routes,
    control_quirks.routes,
    graduates.routes,
    pages.routes,
    pages_faults.routes,
)


def create_app(settings: SimulatorSettings, desk: TokenDesk | None = None) -> FastAPI:
    """A fresh world behind every address. It lives as long as the application does.

    `desk` brings keys of its own for signing; without it new ones are made.
    """
    world = new_world(settings, desk)
    app = FastAPI(
        title="Simulators", lifespan=_lifespan, openapi_url=None, docs_url=None, redirect_slashes=False
    )
    app.state.world = world
    for routes in ROUTES:
        app.include_router(routes())
    pages.mount_static(app)
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _failed)
    seam.install(app, world)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    world: World = app.state.world
    await world.close()


async def _refused(_: Request, failure: Exception) -> Response:
    if not isinstance(failure, RefusedError):
        raise failure
    return failure.response


async def _failed(request: Request, failure: Exception) -> Response:
    """People get a page, programs get JSON."""
    if not isinstance(failure, HTTPException):
        raise failure
    if request.url.path.startswith(PAGES):
        return error_page(failure.status_code, _whose(request))
    return as_json({"detail": failure.detail}, failure.status_code)


def _whose(request: Request) -> Person | None:
    """The person whose page was asked for."""
    world: World = request.app.state.world
    _, kind, key, *_ = request.url.path.split("/")
    return world.people.by_key(key) if kind == "people" else None


async def _invalid(request: Request, failure: Exception) -> Response:
    """Names what is wrong and never repeats the value: it may be an identity number."""
    if not isinstance(failure, RequestValidationError):
        raise failure
    if request.url.path.startswith(PAGES):
        return error_page(404, _whose(request))
    if not request.url.path.startswith("/sim/"):
        return problem(400, "A value in the address is not valid")
    rows = [{"loc": row["loc"], "msg": row["msg"]} for row in failure.errors()]
    return as_json({"detail": rows}, 422)
