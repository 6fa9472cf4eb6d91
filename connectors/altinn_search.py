"""Searching Storage: page by page, oldest change first, as a set whose rows may come twice."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from connectors.altinn_instances import Instance
from connectors.calls import Authorization, Call
from connectors.http import Remote
from connectors.wire import Wire

_MOST_PAGES = 50


class _Page(Wire):
    instances: tuple[Instance, ...] = ()
    next: str | None = None


async def search(platform: Remote, auth: Authorization, wanted: Mapping[str, str]) -> AsyncIterator[Instance]:
    """Instances that match, as many as one search may bring; who wants more searches on from the last one.

    Raises `Ended`.
    """
    # The default order skips and repeats rows across pages.
    query = urlencode({**wanted, "order": "asc:lastChanged", "size": "100"})
    for _ in range(_MOST_PAGES):
        call = Call(method="GET", route="/storage/api/v1/instances", query=query, auth=auth)
        page = platform.read(await platform.send(call), _Page)
        for instance in page.instances:
            yield instance
        if not page.next:
            return
        # Its query as it stands, at the address that we know: our token follows no link.
        query = urlsplit(page.next).query


def as_utc(moment: datetime) -> str:
    """Altinn compares these as texts: always UTC, always to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
