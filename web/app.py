"""The web application: every route stands here."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path

import structlog
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from case_core.decide import AnyCaseType
from case_core.effects import Letter
from letters.texts import Texts
from letters.written import WrittenLetter
from store.database import Database, DatabaseTrouble
from store.files import Folder
from store.rows import Arrival
from web.acts import Acts
from web.answers import Refused
from web.case_page import CasePage
from web.door import Door
from web.downloads import Downloads
from web.health import Health
from web.ingress import Ingress
from web.pages import Pages
from web.parked_acts import ParkedActs
from web.parked_page import ParkedPage
from web.payer_page import PAYER_PAGE, PayerPage
from web.queue_page import QueuePage
from web.settings import Parts, WebSettings
from web.worklist import Worklist

__all__ = ["WebSettings", "create_app"]

log = structlog.get_logger(__name__)

STATIC = Path(__file__).parent / "static"
WHAT_TO_DO = "Check the address and the method"


def create_app(
    *,
    database: Database,
    accept: Callable[[Arrival], Awaitable[int | None]],
    wake: Callable[[], None],
    kinds: Mapping[str, AnyCaseType],
    texts: Mapping[str, Texts],
    write: Callable[[Letter], WrittenLetter],
    files: Folder,
    now: Callable[[], datetime],
    settings: WebSettings,
) -> FastAPI:
    """`accept` stores an arrival and gives its row's id once it is committed, None for a duplicate; it may
    raise `store.database.DatabaseTrouble`."""
    parts = Parts(
        database=database,
        accept=accept,
        wake=wake,
        kinds=kinds,
        texts=texts,
        write=write,
        files=files,
        now=now,
        settings=settings,
    )
    pages = Pages(parts)
    app = FastAPI(
        title="Skranke",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        routes=routes(parts, pages),
        middleware=[Middleware(Door)],
    )
    handle_errors(app, pages)
    return app


def routes(parts: Parts, pages: Pages) -> list[BaseRoute]:
    ingress = Ingress(parts)
    health = Health(parts, ingress)
    worklist, case = Worklist(parts, pages), CasePage(parts, pages)
    acts, downloads = Acts(parts, pages), Downloads(parts)
    parked, parked_acts = ParkedPage(parts, pages), ParkedActs(parts, pages)
    queues = QueuePage(parts, pages)
    return [
        Route("/hooks/altinn", ingress.altinn, methods=["POST"]),
        Route("/hooks/nexi", ingress.nexi, methods=["POST"]),
        Route("/health/live", health.live),
        Route("/health/ready", health.ready),
        Route("/health", health.overview),
        Route(PAYER_PAGE, PayerPage(pages).show),
        Route("/", worklist.home),
        Route("/cases", worklist.listing),
        Route("/cases/search", worklist.search, methods=["POST"]),
        Route("/cases/{number}", case.show),
        Route("/cases/{number}/documents/{document}", downloads.fetch),
        Route("/cases/{number}/{act}", acts.post, methods=["POST"]),
        Route("/parked", parked.show),
        Route("/parked/replay", parked_acts.replay_group, methods=["POST"]),
        Route("/parked/{row}", parked.show_one),
        Route("/parked/{row}/replay", parked_acts.replay_one, methods=["POST"]),
        Route("/parked/{row}/dismiss", parked_acts.dismiss, methods=["POST"]),
        Route("/queues", queues.show),
        Mount("/static", StaticFiles(directory=STATIC), name="static"),
    ]


def handle_errors(app: FastAPI, pages: Pages) -> None:
    async def refused(request: Request, error: Exception) -> Response:
        if not isinstance(error, Refused):
            raise error
        return pages.trouble(request, error)

    async def not_routed(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        answer = pages.trouble(request, Refused(error.status_code, "There is nothing here", WHAT_TO_DO))
        answer.headers.update(error.headers or {})
        return answer

    async def no_database(request: Request, error: Exception) -> Response:
        log.warning("the database does not answer", error=type(error).__name__)
        return pages.no_database(request)

    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(HTTPException, not_routed)
    for trouble in DatabaseTrouble:
        app.add_exception_handler(trouble, no_database)
