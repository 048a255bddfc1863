"""The lock of a state folder."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

import pytest

from siemcast.errors import ConfigError
from siemcast.journal.lock import is_locked, state_lock


def _full(*_: object) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_keeps_nobody_from_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "pwrite", _full)
    with state_lock(tmp_path), pytest.raises(ConfigError, match="in use by another"), state_lock(tmp_path):
        pass


def test_who_looks_whether_it_is_locked_keeps_no_forwarder_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with state_lock(tmp_path):
        assert is_locked(tmp_path)
    looking = os.open(tmp_path / "lock", os.O_RDONLY)
    fcntl.flock(looking, fcntl.LOCK_SH)
    monkeypatch.setattr(os, "sched_yield", lambda: fcntl.flock(looking, fcntl.LOCK_UN))
    with state_lock(tmp_path):
        assert is_locked(tmp_path)
    assert not is_locked(tmp_path)
    os.close(looking)


def test_looking_leaves_no_trace(tmp_path: Path) -> None:
    assert not is_locked(tmp_path)
    assert list(tmp_path.iterdir()) == []
