"""`native`: what Splunk's Microsoft add-ons and Elastic's m365_defender package make of Microsoft's APIs themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from siemcast.api import FormatOptions
from siemcast.schema import Document, Head, Record, Severity
from siemcast.schema.dump import dumps
from siemcast.schema.times import epoch_ms, iso, utc
from siemcast_sinks.formats.fit import fit
from siemcast_sinks.formats.raw import one_line


class ForSplunk:
    """Hunting rows and alerts as they are; an incident without its alerts, and each alert as an event of its own."""

    def __init__(self, options: FormatOptions) -> None:
        self._limit = options.max_bytes

    def encode(self, record: Record) -> Sequence[Document]:
        """Give one document, or for an incident one and one an alert."""
        head = record.head
        if head.kind != "incident" or "alerts" not in record.data:
            return (Document(fit(one_line(record), self._limit), head),)
        bare = {key: value for key, value in record.data.items() if key != "alerts"}
        alerts = (Document(fit(dumps(alert), self._limit), alert_head(alert, head)) for alert in alerts_of(record.data))
        return (Document(fit(dumps(bare), self._limit), head), *alerts)


class ForElastic:
    """The original JSON as `message`, for the ingest pipelines of Elastic's package to parse.

    An incident becomes one document an alert, with `alerts` as an object, as the package's own collector splits it.
    """

    def __init__(self, options: FormatOptions) -> None:
        self._limit = options.max_bytes

    def encode(self, record: Record) -> Sequence[Document]:
        """Give one document, or for an incident with alerts one each."""
        head = record.head
        if head.kind != "incident" or not (alerts := list(alerts_of(record.data))):
            return (self._document(one_line(record), head),)
        documents = []
        for place, alert in enumerate(alerts):
            message = dumps({**record.data, "alerts": alert})
            uid = f"{head.id}:{_text(alert.get('id'))}" if place else head.id
            documents.append(self._document(message, msgspec.structs.replace(head, id=uid)))
        return documents

    def _document(self, message: bytes, head: Head) -> Document:
        body = self._wrap(message, head)
        if self._limit is not None and len(body) > self._limit:  # the message itself is shortened, to stay valid JSON
            inner = self._limit - (len(body) - len(message))
            while len(body) > self._limit:
                body = self._wrap(fit(message, inner), head)
                inner -= max(16, len(body) - self._limit)
        return Document(body, head)

    @staticmethod
    def _wrap(message: bytes, head: Head) -> bytes:
        document: dict[str, Any] = {"@timestamp": iso(head.time_ms), "message": message.decode("utf-8", "replace")}
        if head.kind == "event":
            document["event"] = {"id": head.id}  # the package names none for hunting rows
        if head.anomalies:
            document["tags"] = list(head.anomalies)
        return dumps(document)


def alerts_of(incident: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Give an incident's alerts; archives hold incidents split to one alert each, as an object."""
    alerts = incident.get("alerts")
    listed = alerts if isinstance(alerts, list) else [alerts]
    return (alert for alert in listed if isinstance(alert, Mapping))


def alert_head(alert: Mapping[str, Any], incident: Head) -> Head:
    """Give the head of an alert that came within an incident."""
    changed = alert.get("lastUpdateDateTime")
    ms = epoch_ms(changed)
    return msgspec.structs.replace(
        incident,
        id=_text(alert.get("id")) or f"{incident.id}:alert",
        version=utc(changed) or incident.version,
        kind="alert",
        table="alerts",
        time_ms=incident.time_ms if ms is None else ms,
        severity=Severity.parse(alert.get("severity")),
        status=_text(alert.get("status")),
        title=_text(alert.get("title")),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else dumps(value).decode()
