"""Whatever a document holds, an HEC body holds it unchanged."""

import json
import math
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from siemcast.schema import Document, Head
from siemcast_lab.hec.rules import take
from siemcast_sinks.splunk.config import SplunkSettings
from siemcast_sinks.splunk.encode import body

SETTINGS = SplunkSettings.model_validate({"kind": "splunk", "url": "https://s:8088", "token": "t", "index": "defender"})

text = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(
    ['"}{', "\x00", "\n", "\\", '{"event":1}', "\u2028", "\U0001f47e"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=10,
)
objects = st.dictionaries(text, values, min_size=1, max_size=5)
heads = st.builds(
    Head,
    id=text,
    version=text,
    kind=st.sampled_from(["incident", "alert", "event", "finding", ""]),
    table=text,
    tenant=text,
    time_ms=st.integers(-(2**62), 2**62),
    hostname=text,
    anomalies=st.lists(text, max_size=2).map(tuple),
)


@given(st.lists(st.tuples(objects, heads), min_size=1, max_size=5))
def test_body_parses_as_concatenated_envelopes_with_equal_events(items: list[tuple[dict[str, Any], Head]]) -> None:
    documents = [Document(orjson.dumps(item), head) for item, head in items]
    rest, decoded = body(documents, SETTINGS).decode(), []
    while rest := rest.lstrip("\n"):
        envelope, end = json.JSONDecoder().raw_decode(rest)
        decoded.append(envelope)
        rest = rest[end:]
    assert [envelope["event"] for envelope in decoded] == [item for item, _ in items]
    for envelope, (_, head) in zip(decoded, items, strict=True):
        assert envelope["fields"]["siemcast_id"] == head.id
        assert math.isclose(envelope.get("time", 0) * 1000, max(head.time_ms, 0), abs_tol=1)


@given(st.lists(st.tuples(objects, heads), min_size=1, max_size=5))
def test_collector_that_is_strict_takes_every_body(items: list[tuple[dict[str, Any], Head]]) -> None:
    documents = [Document(orjson.dumps(item), head) for item, head in items]
    events, refusal = take(body(documents, SETTINGS), ("defender",), "defender", None)
    assert refusal is None
    assert [event.event for event in events] == [item for item, _ in items]


@given(st.text(min_size=1).filter(lambda line: not line.startswith("{")), heads)
def test_line_of_text_arrives_as_the_same_text(line: str, head: Head) -> None:
    encoded = line.encode("utf-8", "replace")
    events, refusal = take(body([Document(encoded, head)], SETTINGS), ("defender",), "defender", None)
    assert refusal is None
    assert [event.event for event in events] == [encoded.decode()]
