"""Splunk, by its HTTP Event Collector."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from siemcast.api import Context, Sink, SinkSpec, hookimpl
from siemcast_sinks.splunk.config import SplunkSettings


@asynccontextmanager
async def _open(settings: SplunkSettings, context: Context) -> AsyncGenerator[Sink, None]:
    from siemcast_sinks.splunk.sink import open_splunk  # noqa: PLC0415 - declaring a kind must stay cheap

    async with open_splunk(settings, context) as sink:
        yield sink


SPEC = SinkSpec(
    kind="splunk",
    summary="Splunk Enterprise and Splunk Cloud, by the HTTP Event Collector",
    settings=SplunkSettings,
    open=_open,
    duplicates="possible",
    limits=lambda: {"a sourcetype that props.conf says nothing of (TRUNCATE)": 10_000},
)


@hookimpl
def register_sinks() -> Iterable[SinkSpec[Any]]:
    return (SPEC,)
