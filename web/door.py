"""What every request passes: who may come in, and headers that hold browsers to the rules.

Nobody logs in yet, so the pages are for the machine itself. A page of somebody else's that a browser here has
open must not reach them either: hence the checks of host and origin.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.payer_page import PAYER_PAGE

OPEN_TO_ALL = ("/hooks/", "/health")
STATIC = "/static/"
PAYERS = frozenset({PAYER_PAGE, f"{STATIC}skranke.css", f"{STATIC}icon.svg"})
"""The page that a payer comes back to, and what it looks like."""
READING = frozenset({"GET", "HEAD"})
SAFE = READING | {"OPTIONS"}
FORWARDED = ("forwarded", "x-forwarded-for")

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}

NOT_HERE = (
    "Siden kan bare åpnes fra maskinen som programmet kjører på.\nOpen this page on the machine itself.\n"
)
NOT_OURS = "Skjemaet ble sendt fra en annen nettside.\nThe form was sent from another site.\n"


class Door:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                protect(MutableHeaders(scope=message), scope["path"])
            await send(message)

        refused = None if is_open_to_all(scope) else refusal(scope)
        answer = self._app if refused is None else PlainTextResponse(refused, status_code=403)
        await answer(scope, receive, send_with_headers)


def is_open_to_all(scope: Scope) -> bool:
    path: str = scope["path"]
    return path.startswith(OPEN_TO_ALL) or (path in PAYERS and scope["method"] in READING)


def protect(headers: MutableHeaders, path: str) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if path.startswith(STATIC):
        headers["Cache-Control"] = "max-age=300"


def refusal(scope: Scope) -> str | None:
    """Why the request may not see the pages; None when it may."""
    headers = Headers(scope=scope)
    if not is_from_here(scope, headers):
        return NOT_HERE
    if scope["method"] not in SAFE and not is_from_our_page(headers):
        return NOT_OURS
    return None


def is_from_here(scope: Scope, headers: Headers) -> bool:
    """A request that was forwarded comes from somewhere else, whoever handed it on."""
    client = scope.get("client")
    forwarded = any(name in headers for name in FORWARDED)
    return (
        client is not None
        and is_loopback(client[0])
        and is_loopback(host_name(headers.get("host", "")))
        and not forwarded
    )


def host_name(host: str) -> str:
    """Without its port; empty for what is no host."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def is_from_our_page(headers: Headers) -> bool:
    """Browsers say where a form was sent from; what says nothing is no browser."""
    origin = headers.get("origin")
    if origin is not None:
        return origin in (f"http://{headers.get('host')}", f"https://{headers.get('host')}")
    return headers.get("sec-fetch-site", "none") in ("none", "same-origin")
