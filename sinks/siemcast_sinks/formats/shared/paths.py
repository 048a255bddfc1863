"""Paths of files, whichever way they are told: whole, as folder and name, several in lists.

Converters take any values, give None for what they cannot use, and never raise.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from siemcast.schema.convert import flat, text


def ends_with(path: str, name: str) -> bool:
    """Say whether a name is the last of a path: `/tmp/xsh` is no path of `sh`."""
    return path.endswith(name) and path[-len(name) - 1 : -len(name)] in ("", "/", "\\")


def _joined(folder: str, name: str) -> str:
    if ends_with(folder.lower(), name.lower()):
        return folder
    separator = "/" if "/" in folder and "\\" not in folder else "\\"
    return folder.rstrip("/\\") + separator + name


def path(folder: Any, name: Any) -> str | None:
    """Give a file's whole path: streamed tables give it so, Graph and AlertEvidence give the folder alone."""
    if folder.__class__ is str and name.__class__ is str and ends_with(folder, name):  # as in nearly all rows
        return folder or None
    where, what = text(folder), text(name)
    return _joined(where, what or "") if where else None


def directory(folder: Any, name: Any) -> str | None:
    """Give the folder of a file."""
    whole = path(folder, name)
    if whole is None:
        return None
    back, slash = whole.rfind("\\"), whole.rfind("/")
    cut = back if back > slash else slash
    return whole[:cut] if cut > 0 else None


def extension(name: Any) -> str | None:
    """Give what follows the last dot of a file's name."""
    if not isinstance(name, str):
        return None
    stem, dot, last = name.rpartition(".")
    return last if stem and dot and last and len(last) <= 20 and "\\" not in last and "/" not in last else None


def paths(folders: Any, whole: Any, names: Any) -> list[str] | None:
    """Give the whole paths of several files, whose folders and names stand in two lists of one order."""
    pairs = zip_longest(flat([folders, whole]), flat([names]))
    found = dict.fromkeys(one for folder, name in pairs if (one := path(folder, name)))
    return list(found) or None


def first_path(folders: Any, whole: Any, names: Any) -> str | None:
    """Give the first file's whole path of several, whose folders and names stand in lists of one order."""
    found = paths(folders, whole, names)
    return found[0] if found else None
