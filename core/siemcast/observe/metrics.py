"""The metrics, in a registry of their own; one increment a batch, never one a record."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, disable_created_metrics, generate_latest

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series beside each counter, which nobody asked for and no page tells of


class Metrics:
    """Holds every metric that `/metrics` gives."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.source_records = _counter(registry, "source_records", "Records written to the journal", "source")
        self.source_bytes = _counter(registry, "source_bytes", "Bytes of records written to the journal", "source")
        self.source_newest = _gauge(
            registry, "source_newest_event_timestamp_seconds", "Time of the newest event that a source gave", "source"
        )
        self.sink_documents = _counter(registry, "sink_documents", "Documents that a sink accepted", "sink")
        self.sink_bytes = _counter(registry, "sink_bytes", "Bytes of documents that a sink accepted", "sink")
        self.sink_rejected = _counter(registry, "sink_rejected", "Records put into the dead letters", "sink")
        self.sink_lag = _gauge(registry, "sink_lag_batches", "Journal batches that a sink has not settled", "sink")
        self.sink_oldest = _gauge(
            registry, "sink_oldest_unsettled_seconds", "Age of the oldest batch that a sink has not settled", "sink"
        )
        self.retries = _counter(registry, "retries", "Calls made again, by what went wrong", "part", "reason")
        self.journal_bytes = _gauge(registry, "journal_bytes", "Bytes of batches in the journal, as compressed")
        self.dead_letters = _gauge(registry, "dead_letters", "Dead letters kept, by sink", "sink")
        self.unknown_tables = _counter(registry, "unknown_tables", "Tables seen that no mapping knows")
        self.unknown_columns = _counter(
            registry, "unknown_columns", "Columns seen that no mapping knows, by known table", "table"
        )
        self.ready = _gauge(registry, "ready", "Whether a part makes the progress that it should", "part")

    def render(self) -> bytes:
        """Write all metrics in Prometheus' text format."""
        return generate_latest(self.registry)


def _counter(registry: CollectorRegistry, name: str, summary: str, *labels: str) -> Counter:
    return Counter(f"siemcast_{name}", summary, labels, registry=registry)


def _gauge(registry: CollectorRegistry, name: str, summary: str, *labels: str) -> Gauge:
    return Gauge(f"siemcast_{name}", summary, labels, registry=registry)
