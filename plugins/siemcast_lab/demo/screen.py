"""Shows the demo: a table that fills while the forwarder works, plain lines where there is no terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console, Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from siemcast_lab.demo.tally import ROWS, Arrived

SIEMS = {
    "splunk": "Splunk (HEC)",
    "elastic": "Elastic (_bulk)",
    "syslog": "syslog (CEF, TLS)",
    "archive": "archive (files)",
}


def table(left: Mapping[str, int], arrived: Mapping[str, Arrived]) -> Table:
    """Give the table of what left Microsoft and what arrived."""
    shown = Table(title="What left Microsoft, and what arrived", title_justify="left")
    shown.add_column("")
    shown.add_column("left Microsoft", justify="right")
    for title in SIEMS.values():
        shown.add_column(title, justify="right")
    for row in ROWS:
        cells = [_cell(arrived[name].counts[row], left[row]) for name in SIEMS]
        shown.add_row(row, f"{left[row]:,}", *cells)
    shown.add_section()
    shown.add_row("doubles", "", *(Text(str(arrived[name].doubles)) for name in SIEMS))
    return shown


def live(left: Mapping[str, int], arrived: Mapping[str, Arrived], elapsed: float, seconds: float, say: str) -> Group:
    """Give the whole screen: how far the demo is, what happens just now, and the table."""
    bar = ProgressBar(total=seconds, completed=min(elapsed, seconds), width=60)
    head: list[RenderableType] = [bar, Text(f"  {say}", style="bold")]
    return Group(*head, table(left, arrived))


def line(left: Mapping[str, int], arrived: Mapping[str, Arrived], elapsed: float, say: str) -> str:
    """Give one plain line of the same."""
    parts = ", ".join(f"{name} {sum(arrived[name].counts.values()):,}" for name in SIEMS)
    return f"{elapsed:3.0f} s  left Microsoft {sum(left.values()):,}; {parts}  {say}"


def complete(left: Mapping[str, int], arrived: Mapping[str, Arrived]) -> bool:
    """Say whether everything has arrived everywhere."""
    return all(dict(found.counts) == dict(left) for found in arrived.values())


def console() -> Console:
    """Give the console that the demo speaks through."""
    return Console(highlight=False)


def _cell(have: int, want: int) -> Text:
    return Text(f"{have:,}", style="green" if have == want else "yellow")
