"""Writes the pairs of one form of rows by a function that has learnt what its columns hold.

In Microsoft's streams a column that was text, a number or nothing stays so over millions of rows. A function made for
just that gives the values, ready to be written; each record is checked to be so, and one that is not goes the slow way
and is learnt from. The keys between the values are one template for all rows in which the same values are absent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from siemcast.schema.memo import memo_of
from siemcast.schema.plan import Plan
from siemcast.schema.typed.row import Form
from siemcast_sinks.formats.cef.source import SURE, TEXTS, Function, Rules, Slot, refuse
from siemcast_sinks.formats.cef.text import MARK, written
from siemcast_sinks.formats.shared.pairs import SPACES

_LONG = 1 << 63
_MOST_TEMPLATES = 1024
REFUSALS = (AttributeError, KeyError, TypeError, ValueError)
"""What a function raises for a value that is not of the kind that it ever was."""
Write = Callable[[str, int, str, Any], bytes]
"""Takes an event's id and time, the pairs that stand behind these, and the Struct of its columns."""


class Learnt:
    """Gives the pairs of rows of one form and activity as text, where they are like those before."""

    __slots__ = ("_form", "_kinds", "_plan", "_rules", "write")

    def __init__(self, plan: Plan, form: Form, rules: Rules) -> None:
        """Take what is to become of rows, and their form."""
        self._plan = plan
        self._form = form
        self._rules = rules
        self._kinds: Sequence[str] = ()
        self.write: Write = _unlearnt
        """Writes a line's pairs; raises a REFUSAL for values of other kinds, and for control characters in them."""

    def learn(self, columns: Any) -> None:
        """Take note of values that were refused, so that the like of them will not be."""
        new = [kind(value) for value in columns]
        kinds = [either(*both) for both in zip(self._kinds, new, strict=True)] if self._kinds else new
        if kinds != self._kinds:
            self._kinds, self.write = kinds, self._first  # a form that never comes again is not worth a function

    def _first(self, uid: str, ms: int, more: str, columns: Any) -> bytes:
        self.write = self._made()
        return self.write(uid, ms, more, columns)

    def _made(self) -> Write:
        kinds = dict(zip(self._plan.layout, self._kinds, strict=True))
        function = Function(self._plan, self._form, kinds, self._rules)
        code = compile(function.source(), f"<{self._plan.format.name} of {self._plan.table.table}>", "exec")
        names = function.names | {name: memo_of(convert) for name, convert in function.memos.items()}
        names |= {"templates": _Templates(function.slots), "fitted": _fitting(function.slots)}
        names |= {"marked": _marked, "written": written}
        exec(code, names)  # noqa: S102 - of our own mappings
        write: Write = names["write"]
        return write


def _unlearnt(uid: str, ms: int, more: str, columns: Any) -> NoReturn:
    """Say of the first row that only the slow way knows what to do."""
    refuse()


def _fitting(slots: Sequence[Slot]) -> Callable[[Sequence[str]], Sequence[str]]:
    limits = [slot.limit or _LONG for slot in slots]
    return lambda values: [
        value if len(value) <= limit else value[:limit].rstrip(SPACES)
        for value, limit in zip(values, limits, strict=True)
    ]


def _marked(values: Sequence[str]) -> Sequence[str]:
    return [value.replace("=", MARK) if "=" in value else value for value in values]


class _Templates(dict[Sequence[bool], list[str]]):
    """By what is absent: a line's texts, with places for its values between them."""

    __slots__ = ("_slots",)

    def __init__(self, slots: Sequence[Slot]) -> None:
        super().__init__()
        self._slots = slots

    def __missing__(self, absent: Sequence[bool]) -> list[str]:
        if len(self) >= _MOST_TEMPLATES:
            self.clear()
        gone = iter(absent)
        texts, end = [], ""
        for slot in self._slots:
            start, behind = ("", "") if slot.optional and next(gone) else _around(slot.field)
            texts += [end + start, ""]
            end = behind
        self[absent] = made = [texts[0].lstrip(), *texts[1:], end]
        return made


def _around(field: str) -> tuple[str, str]:
    """Give what stands before and behind a field's value."""
    key, _, label = field.partition(":")
    return f" {key}=", f" {key}Label={label}" if label else ""


def kind(value: Any) -> str:
    """Say what a value is: null, empty, word, text, number, flag, or any of all else."""
    if value is None:
        return "null"
    if value.__class__ is str:
        return _kind_of_text(value)
    if value.__class__ is bool:
        return "flag"
    return "number" if value.__class__ is int and -_LONG <= value < _LONG else "any"


def _kind_of_text(value: str) -> str:
    if not value:
        return "empty"
    if value.strip(SPACES):
        return "text" if " " in value or "\t" in value else "word"
    return "any"


def either(one: str, other: str) -> str:
    """Say what a column holds that held the one and now the other: `maybe` is text or nothing."""
    if one == other:
        return one
    if one in SURE and other in SURE:
        return "text"
    return "maybe" if one in TEXTS and other in TEXTS else "any"
