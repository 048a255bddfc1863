"""Elasticsearch and OpenSearch, by their bulk interface."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from siemcast.api import Context, Sink, SinkSpec, hookimpl
from siemcast_sinks.elastic.config import ElasticSettings


@asynccontextmanager
async def _open(settings: ElasticSettings, context: Context) -> AsyncGenerator[Sink, None]:
    from siemcast_sinks.elastic.sink import open_elastic  # noqa: PLC0415 - declaring a kind must stay cheap

    async with open_elastic(settings, context) as sink:
        yield sink


SPEC = SinkSpec(
    kind="elastic",
    summary="Data streams of Elasticsearch, Elastic Cloud and OpenSearch",
    settings=ElasticSettings,
    open=_open,
    duplicates="suppressed",
)


@hookimpl
def register_sinks() -> Iterable[SinkSpec[Any]]:
    return (SPEC,)
