"""Says of which columns an event tells all that they do, so that `unmapped` need not repeat them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from siemcast.schema.convert import boolean, given, integer, ip
from siemcast.schema.mapping import Activity, FormatMapping, TableMapping
from siemcast.schema.memo import memo_of
from siemcast.schema.times import epoch_ms
from siemcast_sinks.formats.ocsf.convert import decimal, email, http_method, moment, uuid
from siemcast_sinks.formats.ocsf.facts import OTHER, Enum, enums
from siemcast_sinks.formats.ocsf.lists import mac
from siemcast_sinks.formats.shared.ends import port

Says = Callable[[Any], bool]


class Carried(NamedTuple):
    """A column that a field may tell of whole."""

    says: Says
    rivals: tuple[str, ...]
    """Columns that go before it: where one of them has a value, the field tells of that one."""


class _Rule(NamedTuple):
    says: Says
    places: tuple[int, ...] | None = None
    """Of the converter's sources; all, where none are named."""
    ordered: bool = False
    """Whether the first source that has a value is the one that counts."""


def _always(value: Any) -> bool:
    return True


def _scalar(value: Any) -> bool:
    return value.__class__ is not list


def _by(convert: Callable[[Any], Any]) -> Says:
    return lambda value: convert(value) is not None


def _remembered(convert: Callable[[Any], Any]) -> Says:
    memo = memo_of(convert)  # the very memo that the compiled mapping asks
    return lambda value: (memo[value] if value.__class__ is str else convert(value)) is not None


def _each(convert: Callable[[Any], Any]) -> Says:
    def says(value: Any) -> bool:
        return all(convert(one) is not None for one in (value if isinstance(value, list) else [value]))

    return says


def _in_own_words(enum: Enum) -> Says:
    """Make the test whether a caption is the source's very word, in any case."""

    def says(value: Any) -> bool:
        if not isinstance(value, str):
            return False
        number = enum.id_of(value)
        return number == OTHER or enum.captions[number].lower() == value.lower()

    return _remembered(lambda value: True if says(value) else None)


_RULES: Mapping[str, _Rule] = {
    "text": _Rule(_always),
    "string": _Rule(_always),
    "texts": _Rule(_always),
    "integer": _Rule(_by(integer)),
    "decimal": _Rule(_by(decimal)),
    "boolean": _Rule(_by(boolean)),
    "milliseconds": _Rule(_by(epoch_ms)),
    "moment": _Rule(_remembered(moment)),
    "first_milliseconds": _Rule(_by(epoch_ms), ordered=True),
    "port": _Rule(_by(port)),
    "ip": _Rule(_remembered(ip)),
    "first_ip": _Rule(_by(ip), ordered=True),
    "ips": _Rule(_each(ip)),
    "mac": _Rule(_by(mac)),
    "email": _Rule(_by(email)),
    "emails": _Rule(_each(email)),
    "uuid": _Rule(_by(uuid)),
    "lower": _Rule(lambda value: isinstance(value, str) and value == value.lower()),
    "first": _Rule(_scalar, ordered=True),
    "first_string": _Rule(_scalar, ordered=True),
    "fingerprints": _Rule(_always),
    "fingerprint_of_any": _Rule(_always),
    "attacks": _Rule(_always, (0, 1)),
    "related_events": _Rule(_always),
    "tags": _Rule(_always),
    "file_name": _Rule(_always, (0,)),
    "file_path": _Rule(_always, (0,)),
    "folder_and_name": _Rule(_always, (0,)),
    "process_path": _Rule(_always, (0, 1), ordered=True),
    "process_file_name": _Rule(_always, (0, 1), ordered=True),
    "registry_key": _Rule(_always),
    "registry_value_path": _Rule(_always, (0, 2), ordered=True),
    "value_name": _Rule(_always),
    "http_method": _Rule(_by(http_method)),
    "agent": _Rule(_always, (0,)),
}
_NO_CAPTIONS = frozenset({"outcome", "injection_type", "os_type", "direction"})


def rules() -> Mapping[str, _Rule]:
    """Give the rule of each converter whose fields may tell of a column whole."""
    own = {name: _Rule(_in_own_words(enum), ordered=True) for name, enum in enums().items() if name not in _NO_CAPTIONS}
    return {**own, "user_type": _Rule(_in_own_words(enums()["user_type"]), (0,)), **_RULES}


def carried(table: TableMapping, form: FormatMapping, activity: Activity) -> Mapping[str, Carried]:
    """Give the columns of a table's rows of one activity that fields may tell of, by name."""
    where: dict[str, list[str]] = {}
    for ref, path in table.columns_of(activity.of).items():
        if not ref.part:
            where.setdefault(path, []).append(ref.column)
    constants = form.constants_of(activity)
    known = rules()
    found: dict[str, Carried] = {}
    for target in form.targets_of(activity.of):
        rule = known.get(target.convert)
        if rule is None or target.field in constants:
            continue
        for column, rivals in _told(rule, [where.get(path, []) for path in target.sources]):
            if column not in found or len(found[column].rivals) > len(rivals):
                found[column] = Carried(rule.says, rivals)
    return found


def _told(rule: _Rule, sources: Sequence[Sequence[str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give the columns that a field may tell of, each with those that go before it."""
    before: list[str] = []
    for place, columns in enumerate(sources):
        if rule.places is None or place in rule.places:
            for index, column in enumerate(columns):
                yield column, (*(before if rule.ordered else ()), *columns[:index])
        before += columns


def always(told: Mapping[str, Carried]) -> frozenset[str]:
    """Give the columns that events tell of whatever their value is, and so never need a second place."""
    return frozenset(column for column, (says, rivals) in told.items() if says is _always and not rivals)


def prune(unmapped: dict[str, Any], columns: Mapping[str, Any], told: Mapping[str, Carried]) -> None:
    """Take out of `unmapped` what the event tells elsewhere."""
    for column in [column for column in unmapped if column in told]:
        says, rivals = told[column]
        if says(unmapped[column]) and not (rivals and any(given(columns.get(rival)) for rival in rivals)):
            del unmapped[column]
