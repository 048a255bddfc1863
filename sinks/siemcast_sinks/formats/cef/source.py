"""Writes the source of a function that gives the values of one layout's pairs, its columns being of known kinds.

Variables: `vN` is the value of column N, `xN` what a step made of it, `pN` a text that may be empty. Where a value
turns out to be of another kind, the function raises.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from siemcast.schema.convert import text
from siemcast.schema.files.loading import takes
from siemcast.schema.plan import Plan, Source, Step
from siemcast.schema.typed.row import Form, attributes
from siemcast_sinks.formats.shared.ends import OfEnd, came_in
from siemcast_sinks.formats.shared.pairs import LONGEST_CUSTOM, SPACES

NOTHING = frozenset({"null", "empty"})
SURE = frozenset({"word", "text"})
"""Kinds of columns that always hold text; words hold no space."""
TEXTS = SURE | NOTHING | {"maybe"}
CLASS_OF = {"number": int, "flag": bool}
_TEXT = {"text", "blank"}
_TYPES = {"number": {"integer"}, "flag": {"boolean"}, "maybe": _TEXT, "word": _TEXT, "text": _TEXT}
"""By kind: what a reader calls columns that it lets hold nothing else, but null."""
_NULL_OR_EMPTY: Mapping[str, Any] = {"null": None, "empty": ""}
LONGEST_SHORT = 1023
"""Limits below are looked at for each value; the others by one look at the length of all values."""
_LONG = 1 << 63
_TIMES = frozenset({"milliseconds", "first_milliseconds"})
"""Converters that have an answer to each sound value, so that a column is said by one of them alone."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a value stands in a line: its field (`key:Label`), the longest that it takes, and if it may be absent."""

    field: str
    limit: int
    optional: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """What a format asks of values: the longest by key, and the columns that any field says whole."""

    limits: Mapping[str, int]
    once: frozenset[str]


class Function:
    """The source of a function over columns of known kinds, field by field."""

    def __init__(self, plan: Plan, form: Form, kinds: Mapping[str, str], rules: Rules) -> None:
        """Take what the reader lets columns hold, and of what kind they always were."""
        self._plan = plan
        self._form = form
        self._kinds = kinds
        self._rules = rules
        self._of = {column: f"v{index}" for index, column in enumerate(plan.layout)}
        self.names: dict[str, Any] = {"said": said, "join": "".join, "refuse": refuse}
        self.memos: dict[str, Callable[[str], Any]] = {}
        self.slots: list[Slot] = []
        self._values: list[str] = []
        self._absent: list[str] = []
        self._long: list[str] = []
        self._words: list[str] = []
        self._lines: list[str] = []
        self._unsaid: dict[str, list[str]] = {}
        """By column: conditions under which a field does not say it; an empty one stands for never."""
        self._ends: dict[str, str] = {}
        """By what tells it: the variable that says whether the far end began the connection."""
        self._unlike_made: dict[str, list[str]] = {}
        """By column: conditions under which no field holds its very value: they are quick, and mostly enough."""

    def source(self) -> str:
        """Give the source of `write`: an event's id, its time, the pairs behind these and columns in; a line out.

        It calls `fitted(values)`, `marked(values)` and `written(pairs, values)`, and takes a line's parts from
        `templates` by what is absent: keys, with a place behind each for its value. The third key stands behind id and
        time, and so behind `more`.
        """
        self._words.append("uid")
        self._put("externalId", "uid")
        self._put("rt", "f'{ms}'")
        for index, step in enumerate(self._plan.steps):
            self._step(index, step)
        for column, key in {**self._plan.rest, **self._plan.spare}.items():
            self._custom(column, key)
        self._lines.append(f"if ' ' in (words := join({_tuple(self._words)})) or '\\t' in words: refuse()")
        lines = [
            *self._unpacked(),
            *self._lines,
            f"told = join(values := {_tuple(self._values)})",
            f"if {' or '.join([*self._long, f'len(told) > {LONGEST_SHORT}'])}: values = fitted(values)",
            "if '=' in told: values = marked(values)",
            f"parts = templates[{_tuple(self._absent)}].copy()",
            "parts[4] = more + parts[4]",
            "parts[1::2] = values",
            "return written(join(parts), told)",
        ]
        return "\n    ".join(["def write(uid, ms, more, row):", *lines])

    def _unpacked(self) -> list[str]:
        """Take columns out, and see that they are of their kinds; texts show that when they are stripped."""
        used = self._plan.rest.keys() | self._plan.spare.keys()
        used |= {ref.column for step in self._plan.steps for source in step.sources for ref in source}
        kinds = {column: kind for column, kind in self._kinds.items() if column in used}
        place = {column: f"row.{name}" for column, name in zip(self._of, attributes(self._of), strict=True)}
        lines = [f"{self._of[column]} = {place[column]}" for column, kind in kinds.items() if kind not in NOTHING]
        tests = [test for column, kind in kinds.items() if (test := self._unlike(column, kind))]
        nothing = [column for column, kind in kinds.items() if kind in NOTHING and column not in self._form.void]
        if nothing:
            never = tuple(_NULL_OR_EMPTY[kinds[column]] for column in nothing)
            tests.append(f"{_tuple([place[column] for column in nothing])} != {never!r}")
        lines += [f"if {' or '.join(tests)}: refuse()"] if tests else []
        for index, (column, expand) in enumerate(self._plan.table.expanders.items()):
            if column in self._of and self._kinds[column] not in NOTHING and self._apart(column):
                self.names[f"e{index}"] = expand
                lines.append(f"get_{self._of[column]} = e{index}({self._of[column]}).get")
        return lines

    def _unlike(self, column: str, kind: str) -> str:
        """Give what is true of a value that is not of a column's kind, as far as its reader lets that happen."""
        value, known = self._of[column], self._typed(column)
        if kind in CLASS_OF:
            missing = "" if column in self._form.sure else f"{value} is None"
            return missing if known else f"{value}.__class__ is not {CLASS_OF[kind].__name__}"
        falsy = kind in TEXTS - NOTHING and not known  # 0 and False are values, while texts are left out when empty
        return f"(not {value} and {value} is not None and {value} != '')" if falsy else ""

    def _typed(self, column: str) -> bool:
        """Say whether a column's reader sees to it that it holds what it always held, or nothing."""
        return self._form.kinds[column] in _TYPES.get(self._kinds[column], ())

    def _apart(self, column: str) -> bool:
        sources = (source for step in self._plan.steps for source in step.sources)
        return any(ref.column == column and ref.part for source in sources for ref in source)

    def _step(self, index: int, step: Step) -> None:
        sources = [tuple(ref for ref in source if self._kinds[ref.column] not in NOTHING) for source in step.sources]
        refs = [ref for source in sources for ref in source]
        if not refs:
            return
        columns = [ref.column for ref in refs if not ref.part]
        whole = len(columns) == len(refs)
        if step.convert in ("text", "first") and whole and self._texts(columns):
            self._text_step(index, step.field, columns)
        elif step.convert in ("integer", "first_integer") and whole and [*map(self._kinds.get, columns)] == ["number"]:
            value = self._of[columns[0]]
            if not self._typed(columns[0]):
                self._lines.append(f"if not -{_LONG} <= {value} < {_LONG}: refuse()")
            self._put(step.field, f"f'{{{value}}}'")
            self._unsaid.setdefault(columns[0], []).append("")
        else:
            self._converted(index, step, sources, columns, whole=whole)

    def _texts_of(self, values: Collection[str]) -> bool:
        """Say whether variables are those of columns that hold text or nothing."""
        return all(self._kinds[column] in TEXTS for column, value in self._of.items() if value in values)

    def _texts(self, columns: Sequence[str]) -> bool:
        """Say whether the first given of columns is sure to be text."""
        return all(self._kinds[column] in TEXTS for column in self._choice(columns))

    def _choice(self, columns: Sequence[str]) -> Sequence[str]:
        """Give the columns of a choice that are ever looked at: those up to the first that always has a value."""
        sure = next((at for at, column in enumerate(columns) if self._kinds[column] in SURE), len(columns))
        return columns[: sure + 1]

    def _text_step(self, index: int, field: str, columns: Sequence[str]) -> None:
        choice = self._choice(columns)
        value = self._of[columns[0]]
        if len(choice) > 1:
            self._lines.append(f"x{index} = {' or '.join(self._of[column] for column in choice)}")
            value = f"x{index}"
        if len(choice) == 1 and self._kinds[choice[0]] == "word":
            self._put_word(field, columns[0], self._limit(field))
        elif self._kinds[choice[-1]] in SURE:
            self._put_text(field, value, self._limit(field))
        else:
            self._put_maybe(field, value, f"p{index}", self._limit(field))
        for column in columns:
            never = column == columns[0] or column in self._rules.once
            self._unsaid.setdefault(column, []).append("" if never else f"{self._of[column]} != {value}")

    def _converted(
        self, index: int, step: Step, sources: Sequence[Source], columns: Sequence[str], *, whole: bool
    ) -> None:
        function = self.names[f"f{index}"] = self._plan.format.converters[step.convert]
        values = [self._first(source) for source in sources]
        made = f"x{index}"
        alone = whole and len(columns) == len(values) == 1
        if alone and self._kinds[columns[0]] in TEXTS:
            self._remembered(step, made, function, columns[0])
            return
        call = f"f{index}({', '.join(values)})"
        call = self._of_end(index, function, values) if isinstance(function, OfEnd) else call
        self._lines.append(f"{made} = {call}")
        self._put_made(step.field, made)
        several = takes(function)[0] > 1  # then a column says no more than its very value
        for source in sources:
            for column in (ref.column for ref in source if not ref.part):
                value = self._of[column]
                alike = "False" if several else f"f{index}({value}) == {made}"
                same = "" if column in self._rules.once else f" and {alike}"
                self._unlike_made.setdefault(column, []).append(f"{value} != {made}")
                self._unsaid.setdefault(column, []).append(f"not ({made} is not None{same})")

    def _of_end(self, index: int, function: OfEnd, values: Sequence[str]) -> str:
        """Write which end is meant, which is found out once, and what a converter makes of its value."""
        near, far, *told = values
        test = f"came_in({', '.join(told)})"
        if (began := self._ends.get(test)) is None:
            self.names["came_in"] = came_in
            began = self._ends[test] = f"b{len(self._ends)}"
            self._lines.append(f"{began} = {test}")
        value = f"({far} if {began} else {near})"
        if self._texts_of((near, far)):
            self.memos[f"m{index}"] = function.convert
            return f"m{index}[y] if (y := {value}) else None"
        self.names[f"g{index}"] = function.convert
        return f"g{index}{value}"

    def _remembered(self, step: Step, made: str, function: Callable[..., Any], column: str) -> None:
        memo, value = f"m{made[1:]}", self._of[column]
        self.memos[memo] = function
        if step.convert in _TIMES and self._kinds[column] in SURE:
            self._lines.append(f"if ({made} := {memo}[{value}]) is None: refuse()")
            self._put(step.field, f"f'{{{made}}}'")
            self._unsaid.setdefault(column, []).append("")
            return
        self._lines.append(
            f"{made} = {memo}[{value}]" + (f" if {value} else None" if self._kinds[column] not in SURE else "")
        )
        self._put_made(step.field, made)
        self._unsaid.setdefault(column, []).append(f"{made} is None")

    def _put_made(self, field: str, made: str) -> None:
        at = f"p{made[1:]}"
        if self._limit(field):
            self._put_maybe(field, made, at, self._limit(field))
        else:
            self._put_if(field, f"f'{{{made}}}' if {made} is not None else ''", at)

    def _first(self, source: Source) -> str:
        values = [f"get_{self._of[column]}({part!r})" if part else self._of[column] for column, part in source]
        if len(values) < 2:
            return values[0] if values else "None"
        return f"({''.join(f'y if (y := {value}) or y == 0 else ' for value in values)}None)"

    def _custom(self, column: str, key: str) -> None:
        kind, value = self._kinds[column], self._of[column]
        unsaid = self._unsaid.get(column, [])
        if kind in NOTHING or "" in unsaid:
            return
        test = " and ".join([*self._unlike_made.get(column, ()), *unsaid])
        at = f"c{value[1:]}"
        if kind == "any":
            self._put_if(key, f"said({value})" + (f" if {test} else ''" if test else ""), at, LONGEST_CUSTOM)
        elif kind in CLASS_OF:
            written = f"f'{{{value}}}'" if kind == "number" else f"('true' if {value} else 'false')"
            if test:
                self._put_if(key, f"{written} if {test} else ''", at)
            else:
                self._put(key, written)
        elif test or kind == "maybe":
            self._put_maybe(key, value, at, LONGEST_CUSTOM, test)
        elif kind == "word":
            self._put_word(key, column, LONGEST_CUSTOM)
        else:
            self._put_text(key, value, LONGEST_CUSTOM)

    def _limit(self, field: str) -> int:
        return self._rules.limits[field.partition(":")[0]]

    def _put(self, field: str, value: str, limit: int = 0) -> None:
        self._values.append(value)
        self.slots.append(Slot(field, limit, optional=False))

    def _put_word(self, field: str, column: str, limit: int) -> None:
        value = self._of[column]
        self._words.append(value)
        never_empty = column in self._form.sure or self._form.kinds[column] == "text"
        self._put(field, value if never_empty else f"({value} or refuse())", limit)
        self._mind(value, limit)

    def _put_text(self, field: str, value: str, limit: int) -> None:
        self._put(field, f"({value}.strip({SPACES!r}) or refuse())", limit)
        self._mind(value, limit)

    def _put_maybe(self, field: str, value: str, at: str, limit: int, test: str = "") -> None:
        test = f"{value} and {test}" if test else value
        self._put_if(field, f"{value}.strip({SPACES!r}) if {test} else ''", at, limit)

    def _put_if(self, field: str, made: str, at: str, limit: int = 0) -> None:
        self._lines.append(f"{at} = {made}")
        self._values.append(at)
        self._absent.append(f"not {at}")
        self.slots.append(Slot(field, limit, optional=True))
        self._mind(at, limit)

    def _mind(self, value: str, limit: int) -> None:
        if 0 < limit < LONGEST_SHORT:
            self._long.append(f"len({value}) > {limit}")


def _tuple(values: Sequence[str]) -> str:
    return f"({''.join(f'{value}, ' for value in values)})"


def refuse() -> NoReturn:
    """Say that a value is not of the kind that it ever was. Raises ValueError."""
    raise ValueError


def said(value: Any) -> str:
    """Give a value of any type as text without spaces around; empty where there is nothing to say."""
    return (text(value) or "").strip(SPACES)
