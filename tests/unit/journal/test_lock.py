"""The lock of a state folder."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from siemcast.errors import ConfigError
from siemcast.journal.lock import state_lock


def _full(*_: object) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_keeps_nobody_from_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "pwrite", _full)
    with state_lock(tmp_path), pytest.raises(ConfigError, match="in use by another"), state_lock(tmp_path):
        pass
