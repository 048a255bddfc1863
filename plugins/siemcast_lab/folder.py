"""The folder that demo and lab write into: their own, never anybody else's."""

from __future__ import annotations

import shutil
from pathlib import Path

from siemcast.errors import ConfigError

_MARK = ".siemcast-lab"
"""Says in a folder that the lab writes here; a siemcast.yaml says nothing, since every user has one."""
_ALONE = "all that is in this folder is the lab's\n"


def claim(folder: Path, *, empty: bool = False) -> None:
    """Make and mark a folder, and empty it if asked. Raises ConfigError rather than touch what is not the lab's."""
    mark = folder / _MARK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        known = mark.exists()
        alone = mark.read_text() == _ALONE if known else not any(folder.iterdir())
        if not alone and (empty or (not known and (folder / "siemcast.yaml").exists())):
            raise ConfigError(
                f"{folder} holds something that is not the lab's", hint="empty it, or name another with --folder"
            )
        mark.write_text(_ALONE if alone else "")
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
