"""Makes records unlike each other, which no tenant's are: shows what memos win, and that they hold little."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

_TEXTS = frozenset({
    "AccountName", "AccountSid", "DeviceName", "FileName", "FolderPath", "InitiatingProcessAccountName",
    "InitiatingProcessAccountSid", "InitiatingProcessCommandLine", "InitiatingProcessFileName",
    "InitiatingProcessFolderPath", "MD5", "ProcessCommandLine", "RegistryKey", "RegistryValueName", "RemoteUrl",
    "SHA1", "SHA256",
})  # fmt: skip  # a table
_TIMES = frozenset({"InitiatingProcessCreationTime", "InitiatingProcessParentCreationTime", "ProcessCreationTime"})


def unlike(records: Iterable[bytes]) -> Iterator[bytes]:
    """Give records with names, paths, command lines, hashes, addresses and processes' times that never recur."""
    draw = random.Random(5)
    for record in records:
        data = orjson.loads(record)
        row = data["properties"]
        row |= {column: _changed(column, row[column], draw.getrandbits(48)) for column in row if row[column]}
        yield orjson.dumps(data)


def _changed(column: str, value: Any, number: int) -> Any:
    if column in _TEXTS:
        return f"{value}{number:012x}"
    if column in _TIMES:
        return f"{value[:14]}{number % 60:02}:{number // 60 % 60:02}.{number % 10**7:07}Z"
    return f"10.{number % 250}.{number // 250 % 250}.{number // 62_500 % 250}" if column == "RemoteIP" else value
