"""The cluster's endpoints: bulk, what it is, and which rights credentials have."""

from __future__ import annotations

import ssl
from collections import Counter, defaultdict, deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web

from siemcast_lab.bulk.places import Places
from siemcast_lab.bulk.rules import BUSY, BulkDocument, ItemFault, Poison, item_fault, pairs
from siemcast_lab.receiver_faults import ReceiverFaults
from siemcast_lab.serve import serve


@dataclass(slots=True)
class Bulk:
    """A cluster that keeps what it is sent, once an `_id`. Set its fields at any time."""

    authorization: str | None = "ApiKey bGFiOmxhYi1hcGkta2V5"
    """The header that is let in; None lets in everybody."""
    poison: Poison | None = None
    """Gives the fault, or the words of a mapping error, by which a document is refused, or None."""
    busy_items: int = 0
    """How many of the next items are answered with 429, every other item in turn."""
    faults: ReceiverFaults = field(default_factory=ReceiverFaults)
    flavor: str = "elasticsearch"
    missing_rights: frozenset[str] = frozenset()
    keep: int | None = None
    """How many of the newest documents are kept (of others only the ids); None keeps all."""
    count: int = 0
    """How many documents were taken."""
    conflicts: int = 0
    """How many items were a repeat of an `_id`."""
    pipelines: Counter[str] = field(default_factory=Counter)
    """How many requests asked for each pipeline (`` for none)."""
    requests: int = 0
    items: int = 0
    _documents: deque[BulkDocument] = field(default_factory=deque)
    _ids: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _places: dict[str, Places] = field(default_factory=lambda: defaultdict(Places))

    @property
    def api_key(self) -> str:
        """The API key that is let in, in its encoded form; empty where another identity is."""
        scheme, _, value = (self.authorization or "").partition(" ")
        return value if scheme == "ApiKey" else ""

    @property
    def documents(self) -> Sequence[BulkDocument]:
        """The documents taken, in order, each id once in its data stream."""
        return self._documents

    @property
    def streams(self) -> list[str]:
        """Names of the data streams that hold something."""
        return sorted(self._ids)

    def app(self) -> web.Application:
        """Give the cluster as an application."""
        app = web.Application(client_max_size=1024**3, middlewares=[self._let_in])
        app.router.add_get("/", self._root)
        app.router.add_post("/_bulk", self._bulk)
        app.router.add_post("/_security/user/_has_privileges", self._privileges)
        return app

    @asynccontextmanager
    async def serving(self, *, port: int = 0, tls: ssl.SSLContext | None = None) -> AsyncGenerator[str, None]:
        """Serve on loopback and give the base URL."""
        async with serve(self.app(), port=port, tls=tls) as url:
            yield url

    @web.middleware
    async def _let_in(self, request: web.Request, handler: Any) -> web.StreamResponse:
        given = request.headers.get("Authorization")
        if self.authorization is not None and given != self.authorization:
            missing = "missing authentication credentials" if given is None else "unable to authenticate"
            return _error(401, "security_exception", f"{missing} for REST request [{request.path}]")
        answer: web.StreamResponse = await handler(request)
        if self.flavor == "elasticsearch":
            answer.headers["X-Elastic-Product"] = "Elasticsearch"
        return answer

    async def _root(self, request: web.Request) -> web.Response:
        version: dict[str, str] = {"number": "8.19.0"}
        if self.flavor == "opensearch":
            version = {"distribution": "opensearch", "number": "3.2.0"}
        return web.json_response({"name": "lab", "cluster_name": "siemcast-lab", "version": version})

    async def _privileges(self, request: web.Request) -> web.Response:
        if self.flavor == "opensearch":
            return _error(400, "illegal_argument_exception", "no handler found for uri")
        asked = (await request.json())["index"]
        index = {
            name: {right: right not in self.missing_rights for right in entry["privileges"]}
            for entry in asked
            for name in entry["names"]
        }
        return web.json_response({"has_all_requested": not self.missing_rights, "index": index})

    async def _bulk(self, request: web.Request) -> web.Response:
        self.requests += 1
        if (fault := await self.faults.before(request)) is not None:
            return fault
        body = await request.read()  # aiohttp undoes the compression
        if self.faults.too_long(len(body)):
            return web.Response(status=413)
        if request.content_type not in ("application/x-ndjson", "application/json"):
            return _error(406, "content_type_header_exception", f"Content-Type [{request.content_type}]")
        self.pipelines[request.query.get("pipeline", "")] += 1
        try:
            actions = list(pairs(body))
        except ValueError as error:
            return _error(400, "illegal_argument_exception", str(error))
        results = [self._item(action, line) for action, line in actions]
        answer = {"took": 1, "errors": any("error" in result for result in results)}
        items = [{"create": result} for result in results]
        return self.faults.after(request) or web.json_response(
            _filtered({**answer, "items": items}, request.query.get("filter_path"))
        )

    def _item(self, action: Mapping[str, Any], line: bytes) -> dict[str, Any]:
        self.items += 1
        if self.busy_items > 0 and self.items % 2:
            self.busy_items -= 1
            return BUSY.answer()
        document = item_fault(action, line, self.poison)
        if isinstance(document, ItemFault):
            return document.answer()
        document = replace(document, id=document.id or f"made-{self.count}")
        if document.id in self._ids[document.stream]:
            self.conflicts += 1
            reason = f"[{document.id}]: version conflict, document already exists (current version [1])"
            return ItemFault(409, "version_conflict_engine_exception", reason).answer()
        if (words := self._places[document.stream].take(document.body)) is not None:
            return ItemFault(400, "document_parsing_exception", words).answer()
        self._store(document)
        return {"_index": f".ds-{document.stream}-000001", "_id": document.id, "result": "created", "status": 201}

    def _store(self, document: BulkDocument) -> None:
        self.count += 1
        self._ids[document.stream].add(document.id)
        self._documents.append(document)
        if self.keep is not None and len(self._documents) > self.keep:
            self._documents.popleft()


def _filtered(answer: Mapping[str, Any], paths: str | None) -> dict[str, Any]:
    """Keep of an answer what `filter_path` names (`took`, `items.*.status`: all that senders of `_bulk` use)."""
    if paths is None:
        return dict(answer)
    wanted = paths.split(",")
    fields = {path.removeprefix("items.*.") for path in wanted if path.startswith("items.*.")}
    kept: dict[str, Any] = {name: answer[name] for name in ("took", "errors") if name in wanted}
    if fields:
        kept["items"] = [
            {name: {key: value for key, value in result.items() if key in fields} for name, result in item.items()}
            for item in answer["items"]
        ]
    return kept


def _error(status: int, kind: str, reason: str) -> web.Response:
    return web.json_response({"error": {"type": kind, "reason": reason}, "status": status}, status=status)
