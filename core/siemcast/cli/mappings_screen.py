"""Shows mappings in a terminal: all tables in numbers, or one column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console

from siemcast.cli.screen import plain, table
from siemcast.schema.report import STATUSES, Line, Status, TableReport

_FIRST_COLUMN = 36
_NUMBERS = 16
_FIELD = 26
_LEGEND = "Of each format: columns in fields of its own, passed on under Microsoft's name, not carried."
_SHORT_LEGEND = "Of each format: the share of columns in fields of its own."


def show_all(screen: Console, told: Mapping[str, TableReport], formats: Mapping[str, object]) -> None:
    """Show a line a table, and the sum."""
    numbers = screen.width >= _FIRST_COLUMN + _NUMBERS * (1 + len(formats))
    right = ("columns", "mapped", *formats)
    shown = table("table", *right, right=right)
    for name, one in told.items():
        cells = (_cell(one.counts(form), numbers=numbers) for form in formats)
        shown.add_row(plain(name), str(len(one.columns)), _share(len(one.mapped), len(one.columns)), *cells)
    columns, mapped = sum(len(one.columns) for one in told.values()), sum(len(one.mapped) for one in told.values())
    sums = (_cell(_added([one.counts(form) for one in told.values()]), numbers=numbers) for form in formats)
    shown.add_section()
    shown.add_row(plain(f"{len(told)} tables", "bold"), str(columns), _share(mapped, columns), *sums)
    screen.print(shown)
    screen.print()
    screen.print(plain(f"Mapped: columns with a canonical path. {_LEGEND if numbers else _SHORT_LEGEND}", "dim"))


def show_table(screen: Console, name: str, told: TableReport) -> None:
    """Show a table's columns, side by side with the formats' fields, or one below the other where it is narrow."""
    screen.print(plain(_title(name, told), "bold"))
    if screen.width >= 2 * _FIELD + 10 + _FIELD * len(told.formats):
        shown = table("column", "type", "canonical path", *told.formats)
        for line in told.lines:
            landings = (plain(_landing(line, form)) for form in told.formats)
            shown.add_row(plain(_column(line)), plain(_type(told, line)), plain(_path(line)), *landings)
        screen.print(shown)
    else:
        for line in told.lines:
            kind = _type(told, line)
            screen.print(plain(f"{_column(line)}{f' ({kind})' if kind else ''}: {_path(line)}"))
            for form in told.formats:
                screen.print(plain(f"    {form}: {_landing(line, form)}", "dim"))
    for form in told.formats:
        counts = ", ".join(f"{status} {number}" for status, number in told.counts(form).items())
        screen.print(plain(f"{form}: {counts}"))


def _title(name: str, told: TableReport) -> str:
    said = f"{name}: {len(told.columns)} columns, {len(told.mapped)} with a canonical path"
    return f"{said}; without: {', '.join(told.unmapped)}" if told.unmapped else said


def _column(line: Line) -> str:
    return f"{line.column} > {line.part}" if line.part else line.column


def _type(told: TableReport, line: Line) -> str:
    return "" if line.part else told.type_of(line.column)


def _path(line: Line) -> str:
    path = line.path or "-"
    return f"{path} (in {', '.join(line.classes)})" if line.classes else path


def _landing(line: Line, form: str) -> str:
    """Write the fields, and in brackets the one of Microsoft's name."""
    landing = line.landings[form]
    parts = [*landing.fields, *([f"[{landing.vendor}]"] if landing.vendor and not line.part else [])]
    return ", ".join(parts) or "-"


def _cell(counts: Mapping[Status, int], *, numbers: bool) -> str:
    mapped, *others = counts.values()
    return " / ".join(map(str, (mapped, *others))) if numbers else _share(mapped, mapped + sum(others))


def _added(counts: Sequence[Mapping[Status, int]]) -> Mapping[Status, int]:
    return {status: sum(one[status] for one in counts) for status in STATUSES}


def _share(part: int, whole: int) -> str:
    return f"{100 * part // whole}%" if whole else "-"
