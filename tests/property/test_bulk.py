"""Whatever documents hold, a `_bulk` body is pairs of lines with the documents unchanged."""

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from siemcast.schema import Document, Head
from siemcast_lab.bulk.rules import ItemFault, item_fault, pairs
from siemcast_sinks.elastic.config import ElasticSettings
from siemcast_sinks.elastic.encode import body, document_id

text = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(["\n", '"}\n{', "\r", "\u2028", "\x85"])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=10,
)
objects = st.dictionaries(text, values, max_size=5)
heads = st.builds(
    Head,
    id=st.text(max_size=600),
    version=st.text(max_size=30),
    kind=st.sampled_from(["incident", "alert", "event", "finding"]) | text,
    table=text,
    time_ms=st.integers(-(2**62), 2**62),
)


def settings(name: str) -> ElasticSettings:
    return ElasticSettings.model_validate({"kind": "elastic", "url": "https://es:9200", "format": name})


@given(st.lists(st.tuples(objects, heads), min_size=1, max_size=5), st.sampled_from(["ocsf", "raw", "Odd Name"]))
def test_cluster_takes_every_document_of_any_format_and_finds_it_unchanged(
    items: list[tuple[dict[str, Any], Head]], name: str
) -> None:
    made = body([Document(orjson.dumps(item), head) for item, head in items], settings(name))
    for (action, line), (item, head) in zip(pairs(made), items, strict=True):
        document = item_fault(action, line, None)
        assert not isinstance(document, ItemFault), document
        stamp = document.body["@timestamp"]
        assert document.body == {"@timestamp": stamp, **item}
        assert document.id == document_id(head.key)


@given(st.lists(st.text(max_size=600), unique=True, max_size=20))
def test_different_keys_have_different_ids_of_bounded_length(keys: list[str]) -> None:
    ids = {document_id(key) for key in keys}
    assert len(ids) == len(keys)
    assert all(0 < len(name.encode()) <= 512 for name in ids)
