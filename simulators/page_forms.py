"""Reading a page's form: texts and uploads."""

from fastapi import Request
from starlette.datastructures import FormData, UploadFile

from simulators.app_definitions import ATTACHMENTS
from simulators.instances import Upload

MOST_FILES = 60
SAMPLES = "eksempel"  # the box that asks for made-up documents


async def read_form(request: Request) -> tuple[dict[str, str], list[Upload]]:
    async with request.form(max_files=MOST_FILES) as form:
        texts = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        return texts, await _uploads(form)


async def _uploads(form: FormData) -> list[Upload]:
    """An empty file field arrives as a file without a name."""
    uploads = []
    for name in ATTACHMENTS:
        for value in form.getlist(name):
            if isinstance(value, UploadFile) and value.filename:
                media_type = value.content_type or "application/octet-stream"
                uploads.append(Upload(name, value.filename, media_type, await value.read()))
    return uploads
