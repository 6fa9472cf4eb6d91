import logging

import structlog
import uvicorn

from simulators.settings import SimulatorSettings
from simulators.world import create_app

log = structlog.get_logger("simulators")


def _is_news(record: logging.LogRecord) -> bool:
    """A connection that is cut on purpose is none."""
    return "returned without completing response" not in record.getMessage()


def serve(settings: SimulatorSettings) -> None:
    """Blocks until the process is told to stop."""
    app = create_app(settings)
    log.info("simulators", url=settings.base_url, persons=settings.persons, time_scale=settings.time_scale)
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=2,
    )
