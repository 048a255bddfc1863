"""What is shown in a terminal: never wider than it is, and nothing out of a record that a terminal would obey."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

_OBEYED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that a terminal may act upon: controls, directions of writing, lone surrogates."""


def console() -> Console:
    """Give the console for answers: colours only in a terminal, and not where NO_COLOR asks for none."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal that cannot show a character shows another
    return Console(highlight=False, markup=False, emoji=False)


def shown(text: str, most: int = 0) -> str:
    """Give a text as it may be shown: what a terminal would obey is written as an escape, and long ones are cut."""
    cut = f"{text[:most]}... (+{len(text) - most:,} characters)" if most and len(text) > most else text
    if cut.isascii() and cut.isprintable():
        return cut
    return "".join(_escaped(char) if unicodedata.category(char) in _OBEYED else char for char in cut)


def plain(text: str, style: str = "") -> Text:
    """Give a text for a cell, sanitised."""
    return Text(shown(text), style=style)


def table(*headings: str, right: Sequence[str] = ()) -> Table:
    """Give a table; the headings named in `right` stand over numbers."""
    made = Table(show_edge=False, pad_edge=False, header_style="bold", box=None, padding=(0, 2, 0, 0))
    for heading in headings:
        made.add_column(Text(heading), justify="right" if heading in right else "left", overflow="fold")
    return made


def _escaped(char: str) -> str:
    return char.encode("unicode_escape", "backslashreplace").decode()
