"""Writes the source of a function that gives the pairs of one layout, its columns being of known kinds.

Variables: `vN` is the value of column N, `xN` what a step made of it, `sN` a text ready to be written, `pN` a pair that
may be empty. Where a value turns out to be of another kind, the function gives None or raises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from siemcast.schema.convert import text
from siemcast.schema.plan import Plan, Source, Step
from siemcast_sinks.formats.pairs import EQUALS, LONGEST_CUSTOM, SPACES

NOTHING = frozenset({"null", "empty"})
TEXTS = frozenset({"null", "empty", "text", "maybe"})
CLASS_OF = {"number": int, "flag": bool}
_NULL_OR_EMPTY: Mapping[str, Any] = {"null": None, "empty": ""}
_SHORT = 1023
"""Limits below are always kept by a cut; the others by one look at the length of all pairs."""
_LONG = 1 << 63
_TIMES = frozenset({"milliseconds", "first_milliseconds"})
"""Converters that have an answer to each sound value, so that a column is said by one of them alone."""


class Function:
    """The source of a function over columns of known kinds, field by field."""

    def __init__(self, plan: Plan, kinds: Mapping[str, str], limits: Mapping[str, int], once: frozenset[str]) -> None:
        self._plan = plan
        self._kinds = kinds
        self._limits = limits
        self._once = once
        self._of = {column: f"v{index}" for index, column in enumerate(plan.layout)}
        self.names: dict[str, Any] = {"keep": keep}
        self.memos: dict[str, Callable[[str], Any]] = {}

    def source(self) -> str:
        """Give the source of `write`, which has `cut` do what it does with cuts where a value may be too long."""
        return "\n".join([*self._function("cut", cut=True), *self._function("write", cut=False)])

    def _function(self, name: str, *, cut: bool) -> list[str]:
        self._cut = cut
        self._lines: list[str] = []
        self._pieces: list[str] = []
        self._fixed = 0
        self._equals = 0
        self._more_equals: list[str] = []
        self._sure: list[str] = []
        self._unsaid: dict[str, list[str]] = {}
        """By column: conditions under which a field does not say it; an empty one stands for never."""
        for index, step in enumerate(self._plan.steps):
            self._step(index, step)
        for column, key in {**self._plan.rest, **self._plan.spare}.items():
            self._custom(column, key)
        lines = [*self._unpacked(), *self._lines]
        if self._sure:
            lines.append(f"if not ({' and '.join(self._sure)}): return None")
        lines.append(f"text = f'{''.join(self._pieces)}'")
        equals = " + ".join([str(self._equals), *self._more_equals])
        lines.append(f"if text.count({EQUALS!r}) != {equals}: return None")  # a value holds one
        if not cut:
            lines.append(f"if len(text) > {self._fixed + _SHORT}: return cut(columns)")
        return [f"def {name}(columns):", *("    " + line for line in [*lines, "return text"])]

    def _unpacked(self) -> list[str]:
        """Take the columns out, and see that they are of their kinds; texts show that when they are stripped."""
        lines = [f"({', '.join(self._of.values())},) = columns"] if self._of else []
        used = self._plan.rest.keys() | self._plan.spare.keys()
        used |= {ref.column for step in self._plan.steps for source in step.sources for ref in source}
        kinds = {self._of[column]: kind for column, kind in self._kinds.items() if column in used}
        nothing = {value: _NULL_OR_EMPTY[kind] for value, kind in kinds.items() if kind in NOTHING}
        if nothing:
            lines.append(f"if ({', '.join(nothing)},) != {tuple(nothing.values())!r}: return None")
        classes = {value: CLASS_OF[kind].__name__ for value, kind in kinds.items() if kind in CLASS_OF}
        if classes:
            given = ", ".join(f"{value}.__class__" for value in classes)
            lines.append(f"if ({given},) != ({', '.join(classes.values())},): return None")
        maybe = [value for value, kind in kinds.items() if kind == "maybe"]
        lines += [f"if not {value} and {value} is not None and {value} != '': return None" for value in maybe]
        for index, (column, expand) in enumerate(self._plan.table.expanders.items()):
            if column in self._of and self._kinds[column] not in NOTHING and self._apart(column):
                self.names[f"e{index}"] = expand
                lines.append(f"get_{self._of[column]} = e{index}({self._of[column]}).get")
        return lines

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
            self._lines.append(f"if not -{_LONG} <= {value} < {_LONG}: return None")
            self._put(step.field, value)
            self._unsaid.setdefault(columns[0], []).append("")
        else:
            self._converted(index, step, sources, columns, whole=whole)

    def _texts(self, columns: Sequence[str]) -> bool:
        """Say whether the first given of columns is sure to be text."""
        return all(self._kinds[column] in TEXTS for column in self._choice(columns))

    def _choice(self, columns: Sequence[str]) -> Sequence[str]:
        """Give the columns of a choice that are ever looked at: those up to the first that always has a value."""
        sure = next((at for at, column in enumerate(columns) if self._kinds[column] == "text"), len(columns))
        return columns[: sure + 1]

    def _text_step(self, index: int, field: str, columns: Sequence[str]) -> None:
        choice = self._choice(columns)
        value = self._of[columns[0]]
        if len(choice) > 1:
            self._lines.append(f"x{index} = {' or '.join(self._of[column] for column in choice)}")
            value = f"x{index}"
        if self._kinds[choice[-1]] == "text":
            self._put_text(field, value, f"s{index}", self._limit(field))
        else:
            self._put_maybe(field, value, f"p{index}", self._limit(field))
        for column in columns:
            never = column == columns[0] or column in self._once
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
        self._lines.append(f"{made} = f{index}({', '.join(values)})")
        self._put_made(step.field, made)
        for source in sources:
            for column in (ref.column for ref in source if not ref.part):
                same = "" if column in self._once else f" and f{index}({self._of[column]}) == {made}"
                self._unsaid.setdefault(column, []).append(f"not ({made} is not None{same})")

    def _remembered(self, step: Step, made: str, function: Callable[..., Any], column: str) -> None:
        memo, value = f"m{made[1:]}", self._of[column]
        self.memos[memo] = function
        if step.convert in _TIMES and self._kinds[column] == "text":
            self._lines.append(f"if ({made} := {memo}[{value}]) is None: return None")
            self._put(step.field, made)
            self._unsaid.setdefault(column, []).append("")
            return
        self._lines.append(
            f"{made} = {memo}[{value}]" + (f" if {value} else None" if self._kinds[column] != "text" else "")
        )
        self._put_made(step.field, made)
        self._unsaid.setdefault(column, []).append(f"{made} is None")

    def _put_made(self, field: str, made: str) -> None:
        if self._limit(field):
            self._put_maybe(field, made, f"p{made[1:]}", self._limit(field))
        else:
            self._put_if(field, f"{made} is not None", f"{{{made}}}", f"p{made[1:]}")

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
        test = " and ".join(unsaid)
        at = f"c{value[1:]}"
        if kind == "any":
            made = f"keep({_literal(key)!r}, {value})"
            self._maybe(f"{made} if {test} else ''" if test else made, at, 1)
        elif kind in CLASS_OF:
            written = f"{{{value}}}" if kind == "number" else f'{{"true" if {value} else "false"}}'
            if test:
                self._put_if(key, test, written, at)
            else:
                self._always(key, written)
        elif test or kind == "maybe":
            self._put_maybe(key, value, at, LONGEST_CUSTOM, test)
        else:
            self._put_text(key, value, f"s{at}", LONGEST_CUSTOM)

    def _limit(self, field: str) -> int:
        return self._limits[field.partition(":")[0]]

    def _stripped(self, value: str, limit: int) -> str:
        if limit < _SHORT:  # hosts, domains and actions recur: to remember them costs less than to cut them
            self.memos[f"cut{limit}"] = trimmer(limit)
            return f"cut{limit}[{value}]"
        return f"{value}.strip({SPACES!r})" + (f"[:{limit}].rstrip({SPACES!r})" if self._cut else "")

    def _put(self, field: str, value: str) -> None:
        self._always(field, f"{{{value}}}")

    def _put_text(self, field: str, value: str, at: str, limit: int) -> None:
        self._lines.append(f"{at} = {self._stripped(value, limit)}")
        self._sure.append(at)
        self._always(field, f"{{{at}}}")

    def _put_maybe(self, field: str, value: str, at: str, limit: int, test: str = "") -> None:
        test = f"{value} and {test}" if test else value
        self._put_if(field, f"{test} and (s := {self._stripped(value, limit)})", "{s}", at)

    def _put_if(self, field: str, test: str, written: str, at: str) -> None:
        start, end = _around(field)
        self._maybe(f"f'{start}{written}{end}' if {test} else ''", at, 1 + bool(end))

    def _always(self, field: str, written: str) -> None:
        start, end = _around(field)
        self._pieces.append(f"{start}{written}{end}")
        self._fixed += len(start) + len(end)
        self._equals += 1 + bool(end)

    def _maybe(self, made: str, at: str, equals: int) -> None:
        self._lines.append(f"{at} = {made}")
        self._pieces.append(f"{{{at}}}")
        self._more_equals.append(f"({equals} if {at} else 0)")


def _around(field: str) -> tuple[str, str]:
    """Give what stands before and behind a field's value."""
    key, _, label = field.partition(":")
    return _literal(key), f"{_literal(key + 'Label')}{label}" if label else ""


def _literal(key: str) -> str:
    return f" {key}{EQUALS}"


@cache
def trimmer(limit: int) -> Callable[[str], str]:
    """Make what cuts a text to a key's limit, and leaves no spaces at its ends."""
    return lambda value: value.strip(SPACES)[:limit].rstrip(SPACES)


def keep(start: str, value: Any) -> str:
    """Give the pair of a value of any type, behind its `start`; empty where there is nothing to say."""
    said = (text(value) or "").strip(SPACES)[:LONGEST_CUSTOM].rstrip(SPACES)
    return start + said if said else ""
