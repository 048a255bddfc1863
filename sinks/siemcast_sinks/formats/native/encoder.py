"""`native`: what Splunk's Microsoft add-ons and Elastic's m365_defender package make of Microsoft's APIs themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from siemcast.api import FormatOptions
from siemcast.schema import Document, Head, Record, Severity
from siemcast.schema.dump import dumps
from siemcast.schema.times import epoch_ms, iso, utc
from siemcast_sinks.formats.native.legacy import endpoint_alert, incident_additions
from siemcast_sinks.formats.raw import Raw, one_line
from siemcast_sinks.formats.shared.fit import fit

_ROWS = "hunting"
"""The shape whose records are all telemetry, so that nobody need look what they are."""
AlertShape = Callable[[bytes, Mapping[str, Any]], bytes]
"""Takes an alert as JSON and as what it says, and gives it in the shape wanted."""


def as_graph(body: bytes, alert: Mapping[str, Any]) -> bytes:
    """Give a Graph alert as it is."""
    return body


def with_entities(body: bytes, alert: Mapping[str, Any]) -> bytes:
    """Give a Graph alert with `devices`, `entities` and the times of the incidents API behind its own fields."""
    more = dumps(incident_additions(alert))
    return b"".join((body.rstrip()[:-1], b"," if alert else b"", more[1:]))


def as_endpoints(body: bytes, alert: Mapping[str, Any]) -> bytes:
    """Give a Graph alert that can be read as one of Defender for Endpoint's API, too."""
    return dumps(endpoint_alert(alert))


class ForSplunk:
    """Hunting rows and what other APIs give as it is; an incident without its alerts, and each alert for itself."""

    passes_on = True

    def __init__(self, options: FormatOptions, alerts: AlertShape = with_entities) -> None:
        self._limit = options.max_bytes
        self._shaped = alerts
        self._raw = Raw(options).encode

    def encode(self, record: Record) -> Sequence[Document]:
        """Give one document, or for an incident one and one an alert."""
        if record.shape.name == _ROWS:
            return self._raw(record)
        head = record.head
        if head.table == "alerts":
            return (self._alert(one_line(record), record.data, head),)
        if head.kind != "incident" or "alerts" not in record.data:
            return (Document(fit(one_line(record), self._limit), head),)
        bare = {key: value for key, value in record.data.items() if key != "alerts"}
        alerts = (self._alert(dumps(alert), alert, alert_head(alert, head)) for alert in alerts_of(record.data))
        return (Document(fit(dumps(bare), self._limit), head), *alerts)

    def _alert(self, body: bytes, alert: Mapping[str, Any], head: Head) -> Document:
        return Document(fit(self._shaped(body, alert), self._limit), head)


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
            inner = len(message)
            while len(body) > self._limit:  # by as much as it is too long: a quote in it takes two bytes, and more
                inner = inner * self._limit // len(body) - 1
                body = self._wrap(fit(message, inner), head)
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
