"""Where a payer lands after paying, after giving up, and when asking for the terms: a page for anyone.

It is the same whoever comes: it reads no row, knows nobody, and keeps nothing.
"""

from starlette.requests import Request
from starlette.responses import Response

from web.pages import Pages

PAYER_PAGE = "/betaling"


class PayerPage:
    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def show(self, request: Request) -> Response:
        return self._pages.render_for_anyone(request, "payer.html", address=PAYER_PAGE)
