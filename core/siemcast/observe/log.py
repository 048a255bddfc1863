"""The log: one structured line an event on standard error, the libraries' warnings among them."""

from __future__ import annotations

import logging
import sys
from typing import Any, Literal, TextIO, cast

import structlog

from siemcast.api import Logger

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["json", "console"]
_NOISY = ("aiohttp", "asyncio", "azure", "httpcore", "httpx", "msal", "uamqp", "urllib3")
"""They log requests, with headers and addresses, below `warning`: whatever our level, no secret comes from there."""


def set_up_log(level: Level = "info", format: Format = "console", stream: TextIO | None = None) -> Logger:  # noqa: A002 - the setting's name
    """Send structlog's and the standard library's events to one stream, and give the log."""
    out = stream or sys.stderr
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(format, out)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    return cast("Logger", structlog.stdlib.get_logger("siemcast"))


def _rendering(format: Format, out: TextIO) -> list[Any]:  # noqa: A002 - as above
    if format == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=out.isatty(), exception_formatter=plain)]
