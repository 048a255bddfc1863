"""The folder that demo and lab write into: their own, never anybody else's."""

from __future__ import annotations

import shutil
from pathlib import Path

from siemcast.errors import ConfigError

_MARK = ".siemcast-lab"
"""Says in a folder that it is the lab's; a siemcast.yaml says nothing, since every user has one."""


def claim(folder: Path, *, empty: bool = False) -> None:
    """Make and mark a folder, and empty it if asked. Raises ConfigError for one that holds what is not the lab's."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()) and not (folder / _MARK).exists():
            raise ConfigError(
                f"{folder} holds something that is not the lab's", hint="empty it, or name another with --folder"
            )
        (folder / _MARK).touch()
        if empty:
            _empty(folder)
    except OSError as error:
        raise ConfigError(
            f"cannot write {error.filename}: {error.strerror}", hint="name another folder with --folder"
        ) from None


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != _MARK:
            path.unlink()
