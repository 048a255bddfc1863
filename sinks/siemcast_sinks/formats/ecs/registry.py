"""Registry keys as ECS names them: the hive in short, the key below it, and both with the value as a path."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from siemcast.schema.convert import Listed, flat, text
from siemcast.schema.memo import remembered

_LONGEST_KEY = 4096
_HIVES = {
    "HKEY_LOCAL_MACHINE": "HKLM",
    "HKEY_CURRENT_USER": "HKCU",
    "HKEY_USERS": "HKU",
    "HKEY_CLASSES_ROOT": "HKCR",
    "HKEY_CURRENT_CONFIG": "HKCC",
    "HKEY_PERFORMANCE_DATA": "HKPD",
}


def hive(key: Any) -> str | None:
    """Give a registry key's hive in its short name."""
    return _apart(key[:_LONGEST_KEY])[0] if isinstance(key, str) else None


def key(path: Any) -> str | None:
    """Give a registry key without its hive."""
    return _apart(path[:_LONGEST_KEY])[1] if isinstance(path, str) else None


def registry_path(path: Any, value: Any) -> str | None:
    """Give hive, key and value as one path (`HKLM\\SOFTWARE\\...\\Run\\Updater`)."""
    short = _apart(path[:_LONGEST_KEY])[2] if isinstance(path, str) else None
    name = text(value)
    return f"{short}\\{name}" if short and name else short


@remembered()  # the same keys are written all day
def _apart(path: str) -> tuple[str | None, str | None, str | None]:
    """Give hive, key below it, and both together in short."""
    head, _, rest = path.partition("\\")
    name = _HIVES.get(head.upper()) or (head.upper() if head.upper() in _HIVES.values() else None)
    if name is None:
        return None, path or None, path or None
    return name, rest or None, f"{name}\\{rest}" if rest else name


def registry_paths(hives: Any, keys: Any, values: Any) -> list[str] | None:
    """Give several registry paths, whose hives, keys and values stand in lists of one order."""
    rows = zip_longest(flat([hives]), flat([keys]), flat([values]))
    found = ("\\".join(part for part in (_hive(a), _short(b), text(c)) if part) for a, b, c in rows if b)
    return list(dict.fromkeys(found)) or None


def registry_hives(hives: Any, keys: Any) -> list[str] | None:
    """Give several hives in short, told by themselves or with their keys."""
    return Listed(_hive)(hives) or Listed(hive)(keys)


def _hive(name: Any) -> str | None:
    return hive(name) or text(name)


def _short(path: Any) -> str | None:
    return registry_path(path, None) or text(path)
