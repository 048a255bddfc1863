"""The lab's AMQP: values, messages, partitions and tokens, before any SDK speaks to it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemcast_lab.eventhub import frames
from siemcast_lab.eventhub.codec import Described, Symbol, Timestamp, UByte, UInt, ULong, UShort, decode, encode, skip
from siemcast_lab.eventhub.store import Partition
from siemcast_lab.eventhub.tokens import Tokens
from siemcast_lab.eventhub.wire import message, sections, split_batch, stamp

LONG = st.integers(-(2**63), 2**63 - 1)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    LONG,
    LONG.map(Timestamp),
    st.integers(0, 255).map(UByte),
    st.integers(0, 2**16 - 1).map(UShort),
    st.integers(0, 2**32 - 1).map(UInt),
    st.integers(0, 2**64 - 1).map(ULong),
    st.floats(allow_nan=False),
    st.text(max_size=300),
    st.binary(max_size=300),
    st.uuids(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_a_value_reads_back_as_it_was_written_and_skips_to_its_end(value: Any) -> None:
    raw = encode(value)
    assert decode(raw) == (value, len(raw))
    assert skip(raw, 0) == len(raw)


@given(VALUES, st.data())
def test_a_torn_value_is_a_value_error(value: Any, data: st.DataObject) -> None:
    raw = encode(value)
    if len(raw) > 1:
        with pytest.raises(ValueError, match="torn"):
            decode(raw[: data.draw(st.integers(0, len(raw) - 1))])


def test_performatives_are_written_in_full_length() -> None:
    raw = frames.frame(3, frames.composite(frames.ATTACH, "link", UInt(1)), b"payload")
    read = frames.parse(raw[:8], raw[8:])
    assert (read.channel, read.code, len(read.fields), read.payload) == (3, frames.ATTACH, 14, b"payload")
    described, _ = decode(raw, 8)
    assert isinstance(described, Described)
    assert len(described.value) == 14, "the SDK reads fields by position and looks at no length"


def test_stamping_keeps_the_body_and_adds_what_the_service_adds() -> None:
    body = uuid.uuid4().bytes * 50
    stamped = stamp(message(body, {"key": "value"}), 7, "o7", 1000)
    found = {section.code: decode(stamped, section.value)[0] for section in sections(stamped)}
    wanted = {Symbol("x-opt-sequence-number"): 7, Symbol("x-opt-offset"): "o7", Symbol("x-opt-enqueued-time"): 1000}
    assert found[0x72] == wanted
    assert found[0x75] == body
    assert found[0x74] == {"key": "value"}


def test_a_batch_is_split_by_its_format_and_by_nothing_else() -> None:
    inner = [message(b"one"), message(b"two")]
    batch = b"".join(b"\x00\x53\x75" + encode(raw) for raw in inner)
    assert split_batch(batch, 0x80013700) == inner
    assert split_batch(batch, 0) == [batch]


def test_a_partition_stays_within_its_bytes_and_its_numbers_go_on() -> None:
    partition = Partition("0", max_bytes=50_000)
    for n in range(200):
        partition.append(message(b"x" * 1000), n)
    assert partition.size <= 50_000
    assert (partition.next, partition.first > 100, partition.empty) == (200, True, False)
    partition.trim(0)
    assert (partition.first, partition.next, partition.empty, partition.size) == (200, 200, True, 0)


def test_a_selector_finds_its_place_by_number_offset_and_time() -> None:
    partition = Partition("0", max_bytes=1_000_000, offset_prefix="geo:")
    for n in range(10):
        partition.append(message(b"x"), 1000 + n * 10)
    partition.trim(8)
    raw = message(b"x")
    offset = f"geo:{(len(raw) + 24) * 5}"
    assert partition.position("offset", ">", offset) == 6
    assert partition.position("offset", ">=", offset) == 5
    assert partition.position("sequence-number", ">", "5") == 6
    assert partition.position("sequence-number", ">=", "0") == 2
    assert partition.position("enqueued-time", ">=", "1041") == 5
    assert partition.position("offset", ">", "-1") == 2
    assert partition.position("offset", ">", "@latest") == 10
    with pytest.raises(ValueError, match="invalid"):
        partition.position("offset", ">", "geo:999999")


def _sas(key: str, audience: str, ends: int) -> str:
    where = quote(audience, safe="")
    digest = hmac.new(key.encode(), f"{where}\n{ends}".encode(), hashlib.sha256).digest()
    return f"SharedAccessSignature sr={where}&sig={quote(base64.b64encode(digest))}&se={ends}&skn=root"


@pytest.mark.parametrize(
    ("key", "audience", "ends", "why"),
    [
        ("right", "amqps://ns/hub", 2000, None),
        ("wrong", "amqps://ns/hub", 2000, "InvalidSignature"),
        ("right", "amqps://ns/hub", 999, "ExpiredToken"),
        ("right", "amqps://ns/other", 2000, "InvalidAudience"),
    ],
)
def test_a_signature_opens_its_hub_until_it_ends(key: str, audience: str, ends: int, why: str | None) -> None:
    tokens = Tokens({"root": "right"}, None, lambda: 1_000_000)
    refusal = tokens.refusal("servicebus.windows.net:sastoken", _sas(key, audience, ends), "amqps://ns/hub")
    assert (refusal or "").split(":")[0] == (why or "")


def test_a_jwt_is_what_the_injected_check_says() -> None:
    tokens = Tokens({}, lambda token: None if token == "good" else "InvalidToken", lambda: 0)
    assert tokens.refusal("jwt", "good", "amqps://ns/hub") is None
    assert tokens.refusal("jwt", "bad", "amqps://ns/hub") == "InvalidToken"
    assert Tokens({}, None, lambda: 0).refusal("jwt", "good", "amqps://ns/hub")
