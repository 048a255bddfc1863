"""The mapping reference: how complete the mappings are, and a page a table, column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from siemcast.cli.mappings_report import all_formats, places_of, reports
from siemcast.docgen.models import table
from siemcast.registry import Registry
from siemcast.schema.report import Landing, Line, TableReport

_FOLDER = "mappings"
_INDEX = """\
# Mappings

What becomes of each column of each table, out of the mappings themselves; `siemcast mappings` says the same, with the
mappings of your plugins. *Mapped* are columns that have a canonical path (OCSF's names), by which formats find them. Of
each format stands how many columns it puts into fields of its own / passes on under Microsoft's name / does not carry.
A column never seen before travels on under its name in every format here.
"""
_TABLE = """\
A path in *meaning* is the canonical one; where it holds for some rows alone, their OCSF classes stand behind it, and
`Column > part` is a part of what a column holds. In brackets: the field under Microsoft's own name, for what the fields
before it do not surely say. `-`: not mapped, or not carried.
"""


def mapping_pages(registry: Registry) -> Mapping[str, str]:
    """Write the index, and the page of each table."""
    formats = all_formats(registry)
    places = places_of(formats)
    told = reports(registry, places)
    without = sorted(set(formats) - set(places))
    pages = {f"{_FOLDER}/{name}.md": _page(name, one) for name, one in told.items()}
    return {f"{_FOLDER}/index.md": _index(told, tuple(places), without), **pages}


def _index(told: Mapping[str, TableReport], formats: Sequence[str], without: Sequence[str]) -> str:
    rows = [
        (
            f"[{name}]({name}.md)",
            str(len(one.columns)),
            str(len(one.mapped)),
            *(" / ".join(str(number) for number in one.counts(form).values()) for form in formats),
        )
        for name, one in told.items()
    ]
    text = _INDEX + "\n" + table(("table", "columns", "mapped", *formats), rows)
    named = ", ".join(f"`{name}`" for name in without)
    return text + f"\nNot shown, for they pass records on as they came, or map objects as a whole: {named}.\n"


def _page(name: str, told: TableReport) -> str:
    rows = [
        (_column(line), "" if line.part else told.type_of(line.column), _meaning(line), *_landings(line, told.formats))
        for line in told.lines
    ]
    number = len(told.columns)
    head = f"# {name}\n\n{number} columns, {len(told.mapped)} mapped. [All tables](index.md).\n\n{_TABLE}\n"
    text = head + table(("column", "type", "meaning", *told.formats), rows)
    return text + _activities(told)


def _activities(told: TableReport) -> str:
    of = told.table
    usual = f"`{of.activity.of}/{of.activity.name}`"
    text = f"\n## What its records tell of\n\nOCSF class and activity: {usual}"
    if not of.activities:
        return text + ".\n"
    rows = [(f"`{action}`", f"`{each.of}/{each.name}`") for action, each in of.activities.items()]
    text += f", unless `{of.action}` says otherwise (upper or lower case alike).\n\n"
    return text + table((of.action, "class and activity"), rows)


def _column(line: Line) -> str:
    return f"`{line.column} > {line.part}`" if line.part else f"`{line.column}`"


def _meaning(line: Line) -> str:
    path = f"`{line.path}`" if line.path else "-"
    return f"{path} ({', '.join(line.classes)})" if line.classes else path


def _landings(line: Line, formats: Sequence[str]) -> Sequence[str]:
    return [_landing(line.landings[form], part=bool(line.part)) for form in formats]


def _landing(landing: Landing, *, part: bool) -> str:
    cells = [f"`{field}`" for field in landing.fields]
    if landing.vendor and not part:
        cells.append(f"[`{landing.vendor}`]")
    return ", ".join(cells) or "-"
