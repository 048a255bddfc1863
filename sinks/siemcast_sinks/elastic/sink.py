"""Delivers to the data streams of Elasticsearch or OpenSearch by `_bulk`."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager

import orjson

from siemcast.api import Context, Encoded, Rejected
from siemcast.errors import AuthRefused, ConfigError, Transient
from siemcast.kit.compress import gzip_aside
from siemcast.schema import Document
from siemcast_sinks.elastic import reply
from siemcast_sinks.elastic.config import ElasticSettings
from siemcast_sinks.elastic.encode import body, pipeline, streams
from siemcast_sinks.endpoints import Endpoints

_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Waits, in seconds, before the documents that a busy shard refused are sent again by themselves."""
_PRIVILEGES = "/_security/user/_has_privileges"


class ElasticSink:
    """Writes documents under stable ids, so that a repeat is a conflict that the cluster suppresses."""

    def __init__(self, settings: ElasticSettings, context: Context, endpoints: Endpoints) -> None:
        self._settings = settings
        self._context = context
        self._endpoints = endpoints
        self._params = {"filter_path": reply.FILTER}
        if (name := pipeline(settings)) is not None:
            self._params["pipeline"] = name
        self._said_failure_store = False

    async def check(self) -> None:
        """Ask each address what it is, and one whether these credentials may write; write nothing."""
        for url in self._endpoints.urls:
            answer = await self._endpoints.ask("GET", url, "/", headers=self._headers())
            wrong = reply.read_root(answer.response, self._settings.flavor, self._who(url), self._context.now())
            if wrong is not None:
                raise ConfigError(wrong, hint="correct the sink's url or flavor")
        if self._settings.flavor == "elasticsearch" and "Authorization" in self._headers():
            await self._check_privileges(self._endpoints.urls[0])

    async def write(self, batch: Encoded) -> Sequence[Rejected]:
        """Deliver; documents that only a busy shard refused are sent again alone, a few times, before all are.

        So records without an `_id` of ours (format `native`) are doubled only when a shard stays busy for long.
        """
        documents = batch.documents
        rejected: list[Rejected] = []
        waiting = list(range(len(documents)))
        for pause in (*_PAUSES, None):
            if not waiting:
                break
            trouble = await self._round(documents, waiting, rejected)
            if trouble is None:
                continue
            if pause is None or len(waiting) == len(documents):
                raise trouble
            await self._context.sleep(max(trouble.retry_after or 0.0, pause * (0.5 + self._context.random.random())))
        return sorted(rejected, key=lambda item: item.index)

    async def _round(
        self, documents: Sequence[Document], waiting: list[int], rejected: list[Rejected]
    ) -> Transient | None:
        """Send what waits; leave in `waiting` what is to be sent again, and say why."""
        try:
            outcome = await self._post([documents[index] for index in waiting])
        except Transient as trouble:
            return trouble
        rejected += (Rejected(waiting[position], reason) for position, reason in outcome.rejected.items())
        waiting[:] = [waiting[position] for position in outcome.again]
        if not waiting:
            return None
        why = next(iter(outcome.again.values()))
        return Transient(f"the cluster is too busy for {len(waiting)} of {len(documents)} documents: {why}")

    async def _post(self, documents: Sequence[Document]) -> reply.Outcome:
        content = body(documents, self._settings)
        headers = self._headers() | {"Content-Type": "application/x-ndjson"}
        if self._settings.compress:
            content = await gzip_aside(content)
            headers["Content-Encoding"] = "gzip"
        answer = await self._endpoints.post("/_bulk", content, headers, self._params)
        outcome = reply.read(answer.response, len(documents), self._who(answer.url), self._context.now())
        if outcome.failure_store and not self._said_failure_store:
            self._said_failure_store = True
            self._context.log.warning(
                "elastic.failure_store", hint="some documents do not fit their data stream; look into its ::failures"
            )
        return outcome

    async def _check_privileges(self, url: str) -> None:
        asked = {"index": [{"names": streams(self._settings), "privileges": ["create_doc", "auto_configure"]}]}
        headers = self._headers() | {"Content-Type": "application/json"}
        answer = await self._endpoints.ask("POST", url, _PRIVILEGES, content=orjson.dumps(asked), headers=headers)
        missing = reply.missing_privileges(answer.response, self._who(url), self._context.now())
        if missing:
            hint = "add these rights to the API key or the user's role"
            raise AuthRefused(f"{self._who(url)} does not grant {', '.join(missing)}", hint=hint)

    def _who(self, url: str) -> str:
        return self._endpoints.who(url)

    def _headers(self) -> dict[str, str]:
        settings = self._settings
        if settings.api_key is not None:
            return {"Authorization": f"ApiKey {settings.api_key.reveal()}"}
        if settings.username is not None and settings.password is not None:
            pair = f"{settings.username}:{settings.password.reveal()}".encode()
            return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        return {}


@asynccontextmanager
async def open_elastic(settings: ElasticSettings, context: Context) -> AsyncGenerator[ElasticSink, None]:
    """Open the sink for as long as the context lasts."""
    product: Mapping[str, str] = {"elasticsearch": "Elasticsearch", "opensearch": "OpenSearch"}
    async with context.http(tls=settings.tls, timeout=settings.timeout.total_seconds()) as http:
        yield ElasticSink(settings, context, Endpoints(http, settings.urls, context, product[settings.flavor]))
