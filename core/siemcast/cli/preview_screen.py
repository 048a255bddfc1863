"""Shows a preview in a terminal: the head, sizes against limits, and the documents side by side."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from siemcast.cli.preview_content import Compared, Encoding, Preview
from siemcast.cli.preview_cuts import Cut
from siemcast.cli.screen import plain, shown, table
from siemcast.schema.times import iso

_PANEL = 56
"""So many characters a document needs at least, to stand beside another."""
_SIZES, _SIZE = 48, 9
"""What the table of sizes takes for a format, and for a limit."""
_LINES = 40
_LONGEST = 240
_NAMED = 8
_WARN = "yellow"


def show(screen: Console, preview: Preview, line: int, *, whole: bool = False) -> None:
    """Show a preview; `line` is where the record begins in its file."""
    screen.print(_head(preview, line))
    screen.print()
    screen.print(_sizes(preview, screen.width))
    screen.print()
    beside = max(1, screen.width // _PANEL)
    panels = [_panel(encoding, preview, whole=whole) for encoding in preview.encodings]
    grid = Table.grid(expand=True, padding=(0, 1, 0, 0))
    for _ in range(min(beside, len(panels))):
        grid.add_column(ratio=1, overflow="fold")
    grid.add_row(*(Group(*panels[at::beside]) for at in range(min(beside, len(panels)))))
    screen.print(grid)


def _head(preview: Preview, line: int) -> RenderableType:
    record, head = preview.record, preview.record.head
    mapping, given = record.shape.mapping(head.table), len(preview.columns)
    facts = {
        "record": f"{record.shape.name}, line {line}, {len(record.raw):,} bytes",
        "id": head.id,
        "version": head.version,
        "kind": f"{head.kind} of {head.table or 'an unnamed table'}",
        "title": head.title,
        "time": iso(head.time_ms),
        "severity": head.severity.label,
        "status": head.status,
        "product": head.product,
        "tenant": head.tenant,
        "device": head.hostname,
        "columns": f"{given} with a value, {given - len(preview.unmapped)} of them mapped",
    }
    odd = {
        "anomalies": ", ".join(head.anomalies),
        "no path": ", ".join(preview.unmapped),
        "never seen": ", ".join(preview.unknown),
        "table": "" if mapping.known else "unknown: only columns that recur over tables are mapped",
    }
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in facts.items():
        if value:
            grid.add_row(name, Text(shown(value, _LONGEST)))
    for name, value in odd.items():
        if value:
            grid.add_row(name, plain(value, _WARN))
    return grid


def _sizes(preview: Preview, width: int) -> RenderableType:
    """Give a line a format, and a column a limit: whether its longest document fits, or how many bytes are too many."""
    limits = dict.fromkeys(compared.limit for encoding in preview.encodings for compared in encoding.limits)
    by_size = sorted(limits, key=lambda limit: limit.bytes)
    legend = [
        plain(f"{limit.bytes:>9,}  {limit.who}{' (siemcast shortens to it)' * limit.ours}", "dim") for limit in by_size
    ]
    if width < _SIZES + _SIZE * len(by_size):
        return Group(*map(_size, preview.encodings), *legend)
    right = ("documents", "bytes", *(f"{limit.bytes:,}" for limit in by_size))
    sizes = table("format", *right, right=right)
    for encoding in preview.encodings:
        cells = {compared.limit: _cell(compared) for compared in encoding.limits}
        shown_limits = (cells.get(limit, Text()) for limit in by_size)
        sizes.add_row(
            plain(encoding.name, "bold"), str(len(encoding.documents)), f"{_longest(encoding):,}", *shown_limits
        )
    return Group(sizes, *legend)


def _size(encoding: Encoding) -> Text:
    """Give the same of one format as a text, for narrow terminals."""
    over = [f"{_cell(compared).plain} at {compared.limit.bytes:,}" for compared in encoding.limits if compared.excess]
    number = len(encoding.documents)
    said = f"{encoding.name}: {number} document{'s' * (number != 1)}, {_longest(encoding):,} bytes: "
    return plain(said + (", ".join(over) or "fits"), _WARN if over else "")


def _cell(compared: Compared) -> Text:
    if compared.error:
        return plain("refused", "red")
    return plain(f"+{compared.excess:,}", _WARN) if compared.excess else plain("fits", "green")


def _cuts(cuts: Sequence[Cut], *, whole: bool) -> str:
    """Write what was cut, and what was dropped; unless it is to be whole, the first few by name."""
    cut = [f"{one.field} {one.had:,} -> {one.has:,}" for one in cuts if one.has]
    dropped = [one.field or "all" for one in cuts if not one.has]
    parts = [f"{said}: {_few(names, whole=whole)}" for said, names in (("cut", cut), ("dropped", dropped)) if names]
    return "; ".join(parts) or "nothing by name"


def _panel(encoding: Encoding, preview: Preview, *, whole: bool) -> Panel:
    parts: list[RenderableType] = []
    if encoding.error:
        parts.append(plain(encoding.error, "red"))
    if encoding.documents:
        parts.append(Text("\n".join(_shortened(_document(encoding), whole=whole))))
    if more := len(encoding.documents) - 1:
        parts.append(plain(f"and {more} more document{'s' if more > 1 else ''} (siemcast encode gives all)", "dim"))
    notes = [plain(note, style) for note, style in _notes(encoding, preview, whole=whole)]
    parts += [Text(), *notes] if parts and notes else notes
    title = Text(f"{encoding.name} {_longest(encoding):,} bytes", style="bold")
    return Panel(Group(*parts), title=title, title_align="left", padding=(0, 1))


def _longest(encoding: Encoding) -> int:
    return max((len(document.body) for document in encoding.documents), default=0)


def _notes(encoding: Encoding, preview: Preview, *, whole: bool) -> Iterable[tuple[str, str]]:
    """Say what was cut and marked, what is passed on under Microsoft's name, and what is not carried."""
    if encoding.key_cuts:
        yield f"too long for their fields: {_cuts(encoding.key_cuts, whole=whole)}", _WARN
    for compared in encoding.limits:
        if compared.error:
            yield f"at {compared.limit.bytes:,} bytes: {compared.error}", "red"
        elif compared.excess:
            marks = f"; marked by {', '.join(compared.marks)}" if compared.marks else ""
            yield f"at {compared.limit.bytes:,} bytes: {_cuts(compared.cuts, whole=whole)}{marks}", _WARN
    if encoding.places is None or not encoding.places.maps:
        return
    statuses, vendors = encoding.statuses(preview.columns), encoding.vendors if whole else {}
    for status in ("passed on", "not carried"):
        found = [column for column, each in statuses.items() if each == status]
        names = [f"{column} as {vendors[column]}" if vendors.get(column) else column for column in found]
        if found:
            yield f"{status}: {len(found)} of {len(statuses)} columns: {_few(names, whole=whole)}", "dim"


def _document(encoding: Encoding) -> list[str]:
    """Give the first document line by line: JSON with indents, a line of text field by field."""
    body = encoding.documents[0].body
    read = encoding.places.read if encoding.places else None
    if read is not None:
        return [f"{shown(name)}={shown(value, _LONGEST)}" for name, value in read(body).items()]
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return [shown(body.decode("utf-8", "replace"), _LONGEST * 4)]
    return [shown(one) for one in json.dumps(_short(document), indent=2, ensure_ascii=False).splitlines()]


def _short(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}... (+{len(value) - _LONGEST:,} characters)"
    if isinstance(value, list):
        return [_short(item) for item in value]
    if isinstance(value, dict):
        return {key: _short(item) for key, item in value.items()}
    return value


def _shortened(lines: list[str], *, whole: bool) -> list[str]:
    if whole or len(lines) <= _LINES:
        return lines
    return [*lines[: _LINES - 1], f"... {len(lines) - _LINES + 1:,} more lines (--whole shows them)"]


def _few(names: Sequence[str], *, whole: bool) -> str:
    if whole or len(names) <= _NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"
