"""Pages: a template, the reader's language, and nothing that a browser runs."""

from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from web.answers import Refused, no_database, refusal
from web.labels import LABELS
from web.requests import LANGUAGE, language_of, wants_json
from web.settings import Parts
from web.words import Words

TEMPLATES = Path(__file__).parent / "templates"
YEAR = 365 * 24 * 3600


class Pages:
    def __init__(self, parts: Parts) -> None:
        self._texts = parts.texts
        self._default = parts.settings.default_language
        self._actor = parts.settings.actor
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def words(self, request: Request) -> Words:
        return Words(language=language_of(request, self._default), texts=self._texts)

    def render(self, request: Request, template: str, /, *, status: int = 200, **values: object) -> Response:
        words = self.words(request)
        body = self._templates.get_template(template).render(
            w=words,
            actor=self._actor,
            languages=language_links(request),
            path=request.url.path,
            **values,
        )
        answer = HTMLResponse(body, status_code=status)
        if request.query_params.get(LANGUAGE) in LABELS:
            answer.set_cookie(LANGUAGE, words.language, max_age=YEAR, httponly=True, samesite="strict")
        return answer

    def render_for_anyone(self, request: Request, template: str, /, **values: object) -> Response:
        """A page that stands alone: no menu, no cookie, and nothing of what the address carried."""
        body = self._templates.get_template(template).render(
            w=self.words(request), languages=tuple(LABELS), **values
        )
        return HTMLResponse(body)

    def trouble(self, request: Request, refused: Refused) -> Response:
        """The refusal as JSON or as a page."""
        if wants_json(request):
            return refusal(refused)
        key = refused.status if refused.status in (403, 404, 405, 503) else 400
        return self.render(
            request, "trouble.html", status=refused.status, key=f"trouble.{key}", refused=refused
        )

    def no_database(self, request: Request) -> Response:
        if wants_json(request):
            return no_database()
        refused = Refused(503, "The database does not answer", "Try again later")
        answer = self.trouble(request, refused)
        answer.headers["Retry-After"] = "10"
        return answer


def language_links(request: Request) -> dict[str, str]:
    """This page in each language. A page that answered a form has no address of its own: its parent has."""
    if request.method == "GET":
        kept = [
            (name, value)
            for name, value in request.query_params.multi_items()
            if name not in (LANGUAGE, "act")
        ]
        path = request.url.path
    else:
        kept, path = [], request.url.path.rpartition("/")[0] or "/"
    return {
        language: f"{path}?{urlencode([*kept, (LANGUAGE, language)], errors='replace')}"
        for language in LABELS
    }
