"""Records of all kinds stand together in data streams: Elasticsearch takes each after all others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from siemcast.api import FormatOptions
from siemcast.registry import load_registry
from siemcast.schema import Record
from siemcast_lab.bulk.places import Places
from siemcast_lab.generator import FURTHER, Generator
from siemcast_sinks.elastic.config import ElasticSettings
from siemcast_sinks.elastic.encode import stream

_EACH = 150


def _given() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give records of all kinds, by the kind of their source."""
    made = Generator(5)
    yield from (("defender.streaming", row) for row in made.hunting(10 * _EACH))
    yield from (("defender.streaming", row) for row in made.hunting(10 * _EACH, FURTHER))
    yield from (("defender.incidents", incident) for incident in made.incidents(_EACH))
    yield from (("defender.alerts", alert) for alert in made.alerts(_EACH))
    yield from (("mdc.export", exported) for exported in made.cloud.export(2 * _EACH))
    yield from (("azure.eventhub", log) for log in made.azure.logs(2 * _EACH))
    for _ in range(_EACH):
        for one in (made.endpoint.vulnerability, made.endpoint.in_file, made.endpoint.change):
            yield "defender.vulnerabilities", one()


@pytest.mark.parametrize("name", ["ecs", "native"])
def test_all_kinds_of_records_stand_together(name: str) -> None:
    registry = load_registry()
    form = registry.format(name, "elastic").open(FormatOptions(sink="elastic"))
    settings = ElasticSettings.model_validate(
        {"kind": "elastic", "url": "http://127.0.0.1:9200", "api_key": "key", "format": name}
    )
    streams: dict[str, Places] = defaultdict(Places)
    for kind, data in _given():
        shapes = registry.records(kind)
        shape = next(shape for shape in shapes if shape.recognise(data))
        for document in form.encode(Record(orjson.dumps(data), shape, 1_795_255_200_000)):
            assert streams[stream(document.head, settings)].take(orjson.loads(document.body)) is None
    assert len(streams) > 4
