"""Records of every kind, bent in every way that a seed can think of: what a forwarder gets to see sooner or later.

The same kind, seed and number always give the same bytes, so that a failure can be repeated by its three words.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from siemcast_defender.mappings.tables import hunting_tables, tables
from siemcast_lab.generator import FURTHER, Generator
from siemcast_lab.generator.columns import COLUMNS
from unit.defender_shapes.composed import envelope, plausible_row

DEEPEST = 300
LONGEST = 100_000
TEXTS = (
    "", " ", "\t", "\x00", "a\x00b", "line\nbreak\r\nand\ttab", "back\\slash \\", 'p|e=q"b]c^',
    "\U0001f47e\U0001f3f4\u200d\u2620", "\u202eright to left", "\ufeffbom", "\ud800", "lone \udc00 low",
    "a\u2028b\u2029c\x85d\x0be\x0cf", "\x01\x02\x03\x1b[31m\x7f\x9f", "ends with space ", " begins with one", "=",
    "|", "\\", "a\\=b", "\\n", "é" * 700, "x" * 5_000, "日本" * 200, "İi̇", "null", "None", "true", "7", "-0", "1e5",
    "99999999999999999999", "0x1f", "{", '{"a":', '{"a":[1,{"b":null}]}', "[]", "[{}]", '"', '["T (T1059.001)"]',
    "CEF:0|a|b|c|d|e|1|", "LEEF:2.0|a|b|c|d|^|", "<134>1 - - - - - -", "${env:HOME}", "rt=1 cs1=x cs1Label=y",
    "a\tb=c", "unknownFutureValue", "10.0.0.5", "::ffff:10.0.0.5", "fe80::1%3", "999.1.1.1", "02-15-5D-F3-46-24",
    "a@b.example", "@", "S-1-5-18", "C:\\a\\b.exe", "/", "\\\\s\\p\\f", "https://a.example:8443/b?c=d#e",
    "http://[::1", "//", "/subscriptions/a/resourceGroups/b/providers/c/d/e/providers/f", "arn:aws:s3:::b",
    "CVE-2026-10001", "HKEY_LOCAL_MACHINE\\X", "high", "HIGH", "resolved", "Inbound",
)  # fmt: skip  # a list of texts
TIMES = (
    "9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00Z", "1601-01-01T00:00:00Z", "2026-11-21T10:00:00",
    "2026-11-21 10:00:00", "2026-13-45T99:99:99Z", "2026-11-21T10:00:00+14:00", "2026-11-21T10:00:00.123456789012Z",
    "2026-02-30T00:00:00Z", "2026-11-21", "soon", "2026-11-21T24:00:00Z", "9999-12-31T23:59:59-12:00",
    "0001-01-01T00:00:00+14:00", "10000-01-01T00:00:00Z", "-1", "1795219200123", "2026-11-21T10:00:00z",
    "２０２６-11-21T10:00:00Z", "/Date(1795219200123)/", "",
)  # fmt: skip  # a list of times
NUMBERS = (
    0, -0.0, 1, -1, 443, 70_000, 2**31, 2**32, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1, 2**64, -(2**63),
    -(2**63) - 1, 10**40, -(10**400), 0.1, 1e300, -1e-300, 5e-324, 1795219200123, 253402300800000, 1e19,
)  # fmt: skip  # a list of numbers
BUILT: tuple[Any, ...] = (
    [], {}, [None], [[]], [{}], [[[]]], {"": ""}, {"a": None}, ["a", 1, None, {"b": ["c"]}], [["x"], ["y"]],
    {"": {"nested": {"deep": [1, [2, [3]]]}}}, [{"@odata.type": "#microsoft.graph.security.deviceEvidence"}],
    [{"@odata.type": 5, "remediationStatus": []}], [{"$ref": "1"}], [{"$id": "1", "Type": "process",
    "ParentProcess": {"$ref": "1"}}], {"$type": 1, "Type": 2, "type": 3}, {"İ": 1, "i̇": 2}, {"a": {"b.c": 1},
    "a.b": {"c": 2}}, {"3.0": {"Base": "high"}}, {"\ud800": "\udfff"}, {"a\nb": "c\x00d"},
)  # fmt: skip  # a list of objects and lists
NAMES = (
    "", " ", "a b", "a.b.c", ".", "..", "=", "a=b", "|", "\n", "\x00", "\ud800", "\u2028", "İ", "i̇", "_",
    "__class__", "$type", "@timestamp", "event", "Event", "process", "Process", "tags", "host", "host.name",
    "source", "tag", "_time", "_id", "cat", "msg", "rt", "externalId", "cs1Label", "unmapped", "metadata", "time",
    "Time", "Timestamp", "timestamp", "TIMESTAMP", "TenantId", "tenantId", "Envelope", "AdditionalFields",
    "m365_defender", "siemcast_truncated", "Truncated", "MicrosoftDefenderX", "EventSchema", "Type", "type",
    "class", "def", "columns", "row", "head", "self", "ä", "日本", "1", "A" * 300, "category", "properties", "alerts",
    "evidence", "id", "Id", "ID", "severity", "title", "kind", "ActionType", "devTime", "sev", "truncated",
    "version", "table", "timeAnomalies", "event_id", "cim_dataset", "EventOriginalUid", "flexString2", "ecs",
    "@odata.type",
)  # fmt: skip  # a list of names
_ODD_BYTES = (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\x00", b"\x1f")
"""What no JSON text may hold: invalid UTF-8, and control characters that are not escaped."""

Change = Callable[[random.Random, Any], None]


class Hostile(NamedTuple):
    """A mutated record."""

    raw: bytes
    torn: bool


@cache
def bases() -> Mapping[str, tuple[Any, ...]]:
    """Give sound records by the kind of source that they come from."""
    lab = Generator(17)
    common, further = list(lab.hunting(2 * len(COLUMNS))), list(lab.hunting(2 * len(FURTHER), FURTHER))
    composed = [envelope(name, plausible_row(tables()[name])) for name in hunting_tables() if tables()[name].layout]
    rows = [*common, *further, *composed]
    graph, alerts = list(lab.incidents(3)), list(lab.alerts(8))
    endpoint = [lab.endpoint.vulnerability(), lab.endpoint.in_file(), lab.endpoint.change()]
    cloud, logs = list(lab.cloud.export(28)), list(lab.azure.logs(20))
    managed = [lab.cloud.managed_alert() for _ in range(4)]
    changes = [new for item in alerts[:2] for new in lab.updates(item, 2)]
    return {
        "defender.incidents": (*graph, *alerts),
        "defender.alerts": (*alerts, *changes, *(lab.endpoint.alert() for _ in range(4))),
        "defender.streaming": tuple(rows),
        "defender.storage": tuple(rows),
        "defender.hunting": tuple(row["properties"] for row in rows),
        "defender.vulnerabilities": tuple(endpoint),
        "mdc.export": tuple(cloud),
        "mdc.alerts": (*managed, lab.cloud.alert()),
        "azure.eventhub": (*logs, *common[:15], *cloud[:7]),
        "replay.file": (*rows, *graph, *alerts, *endpoint, *cloud, *logs, *managed, lab.endpoint.alert()),
    }


def hostile(kind: str, seed: int, number: int) -> Hostile:
    """Give one mutated record of a kind."""
    dice = random.Random(f"{kind}/{seed}/{number}")
    data = json.loads(json.dumps(dice.choice(bases()[kind])))
    for _ in range(dice.choice((1, 1, 1, 2, 3, 5, 12))):
        places = list(_places(data))
        _pick(dice, _CHANGES)(dice, dice.choice(places))
    raw = json.dumps(data, separators=dice.choice(((",", ":"), (", ", ": ")))).encode()
    if dice.random() < 0.3:
        raw = _as_utf8(raw, data)
    if dice.random() < 0.05:
        raw = _said_twice(dice, raw)
    if dice.random() < 0.05:
        raw = _odd_number(dice, raw)
    if dice.random() < 0.04:
        return Hostile(_torn(dice, raw), torn=True)
    return Hostile(raw, torn=False)


def value(dice: random.Random) -> Any:
    """Give a value that hardly any column expects; a new one each time, for it may be changed in turn."""
    roll = dice.random()
    if roll < 0.35:
        return dice.choice(TEXTS)
    if roll < 0.5:
        return dice.choice(TIMES)
    if roll < 0.7:
        return dice.choice(NUMBERS)
    if roll < 0.8:
        return dice.choice((None, True, False))
    if roll < 0.97:
        return json.loads(json.dumps(dice.choice(BUILT)))
    return _large(dice)


def _large(dice: random.Random) -> Any:
    roll = dice.randrange(10)
    if roll == 0:
        return dice.choice("x\\=é\n|\U0001f47e") * LONGEST
    if roll == 1:
        return [dice.choice(("", "x", 1, None, [], {})) for _ in range(dice.choice((100, 3_000)))]
    if roll == 2:
        return {f"{dice.choice(NAMES)}{number}": number for number in range(300)}
    return _nested(dice, dice.choice(TEXTS), dice.randint(2, DEEPEST))


def _nested(dice: random.Random, inner: Any, depth: int) -> Any:
    for _ in range(depth):
        inner = [inner] if dice.random() < 0.5 else {dice.choice(("a", "", "type", "id")): inner}
    return inner


def _places(data: Any) -> Iterator[Any]:
    """Give the objects and lists of a record, but for those that lie far too deep."""
    stack = [(data, 0)]
    while stack:
        holder, depth = stack.pop()
        yield holder
        inner = holder.values() if isinstance(holder, dict) else holder
        if depth < 12:
            stack += [(one, depth + 1) for one in inner if isinstance(one, (dict, list)) and one]


def _pick(dice: random.Random, changes: tuple[tuple[Change, int], ...]) -> Change:
    return dice.choices([change for change, _ in changes], [weight for _, weight in changes])[0]


def _key(dice: random.Random, holder: Any) -> Any:
    """Give the name or the place of something that is held; a new one where nothing is."""
    if isinstance(holder, dict):
        return dice.choice(list(holder)) if holder else dice.choice(NAMES)
    if not holder:
        holder.append(None)
    return dice.randrange(len(holder))


def _replace(dice: random.Random, holder: Any) -> None:
    holder[_key(dice, holder)] = value(dice)


def _add(dice: random.Random, holder: Any) -> None:
    if isinstance(holder, dict):
        holder[dice.choice(NAMES)] = value(dice)
    else:
        holder.append(value(dice))


def _drop(dice: random.Random, holder: Any) -> None:
    if holder:
        holder.pop(_key(dice, holder))


def _null(dice: random.Random, holder: Any) -> None:
    """Make everything that is held nothing, or empty, or as odd as one thing."""
    empty: Any = dice.choice((None, "", [], {}, 0, False, value(dice)))
    for key in holder if isinstance(holder, dict) else range(len(holder)):
        holder[key] = json.loads(json.dumps(empty))


def _swap(dice: random.Random, holder: Any) -> None:
    """Exchange two values, so that each is of the other's type."""
    keys = list(holder) if isinstance(holder, dict) else range(len(holder))
    if len(keys) > 1:
        one, other = dice.sample(keys, 2)
        holder[one], holder[other] = holder[other], holder[one]


def _wrap(dice: random.Random, holder: Any) -> None:
    key = _key(dice, holder)
    old = holder.get(key) if isinstance(holder, dict) else holder[key]
    holder[key] = _nested(dice, old, dice.choice((1, 1, 1, 2, 5, 30, DEEPEST)))


def _retype(dice: random.Random, holder: Any) -> None:
    """Write a value as text: as JSON within JSON, or as the text of a number."""
    key = _key(dice, holder)
    old = holder.get(key) if isinstance(holder, dict) else holder[key]
    holder[key] = json.dumps(old) if not isinstance(old, str) else {"value": old, "length": len(old)}


def _rename(dice: random.Random, holder: Any) -> None:
    """Spell a column otherwise, or as one that exists already."""
    if isinstance(holder, dict) and holder:
        key = _key(dice, holder)
        held = holder.pop(key)
        holder[dice.choice((key.lower(), key.upper(), key + "_string", "_" + key, key + ".x", dice.choice(NAMES)))] = (
            held
        )


def _time(dice: random.Random, holder: Any) -> None:
    """Make times odd, where there are any."""
    if isinstance(holder, dict):
        for key in [key for key in holder if "time" in key.lower() or "date" in key.lower()] or ["Timestamp"]:
            holder[key] = dice.choice(TIMES) if dice.random() < 0.8 else value(dice)


def _shuffle(dice: random.Random, holder: Any) -> None:
    """Put columns into another order."""
    if isinstance(holder, dict):
        items = list(holder.items())
        dice.shuffle(items)
        holder.clear()
        holder.update(items)
    else:
        dice.shuffle(holder)


_CHANGES: tuple[tuple[Change, int], ...] = (
    (_replace, 40), (_add, 12), (_drop, 6), (_null, 4), (_swap, 8), (_wrap, 5), (_retype, 6), (_rename, 6), (_time,
    8), (_shuffle, 2),
)  # fmt: skip  # a table


def _as_utf8(raw: bytes, data: Any) -> bytes:
    """Write characters as they are instead of escaped, where that can be: lone surrogates have no UTF-8."""
    try:
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return raw


def _said_twice(dice: random.Random, raw: bytes) -> bytes:
    """Say a column twice, in the record or in its row."""
    at = raw.rfind(b'"properties":{')
    start = at + len(b'"properties":{') if at >= 0 and dice.random() < 0.7 else 1
    name = json.dumps(dice.choice((*NAMES, "Timestamp", "DeviceName", "id", "properties", "category"))).encode()
    twice = name + b":" + json.dumps(value(dice)).encode()
    more = b"" if raw[start : start + 1] == b"}" else b","
    return raw[:start] + twice + b"," + twice.replace(b"1", b"2") + more + raw[start:]


def _odd_number(dice: random.Random, raw: bytes) -> bytes:
    """Put a number where nothing was that few parsers take, and that many writers write."""
    return raw.replace(b"null", dice.choice((b"NaN", b"-Infinity", b"1e400", b"-1E999", b"1e-400", b"9" * 400)), 3)


def _torn(dice: random.Random, raw: bytes) -> bytes:
    """Cut a record short, or put bytes into a text that no JSON holds."""
    at = raw.find(b'"', dice.randrange(len(raw) // 2)) if dice.random() < 0.3 else -1
    if at >= 0:
        return raw[: at + 1] + dice.choice(_ODD_BYTES) + raw[at + 1 :]
    return raw[: dice.randrange(1, len(raw))]
