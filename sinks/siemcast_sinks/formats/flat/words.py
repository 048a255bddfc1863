"""Words of Microsoft's, turned into those of a format by a table in its mapping file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from siemcast.errors import ConfigError
from siemcast.schema.convert import First, text
from siemcast.schema.files.loading import Section

_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")
_LONGEST_WORD = 100


class WordOf:
    """Turns a word of Microsoft's into the format's, however it is spaced and cased; None for one it does not know."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._table = {_bare(key): value for key, value in table.items()}
        self.words = frozenset(self._table.values())
        """All that it may give."""
        self._first = First(self._one)

    def __call__(self, *values: Any) -> Any:
        """Give the first that is known, of several values and of lists."""
        return self._first(*values)

    def _one(self, value: Any) -> Any:
        word = text(value)
        return self._table.get(_bare(word)) if word and len(word) <= _LONGEST_WORD else None


def word_of(table: Any) -> WordOf:
    """Make a converter of a table's lines. Raises ConfigError where there is no table."""
    if not isinstance(table, Section):
        raise ConfigError("words are `Microsoft's: the format's` lines", hint="write key: value lines below it")
    return WordOf(table)


def _bare(word: str) -> str:
    return _NOT_A_LETTER.sub("", word.lower())
