"""Keeps a state folder to one forwarder at a time; the kernel lets go when its process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from siemcast.errors import ConfigError

_FILE = "lock"
_LOOKS = 1000
"""How often to try again while others merely look whether it is locked."""


@contextmanager
def state_lock(state: Path) -> Iterator[None]:
    """Hold the state folder's lock, making the folder where absent. Raises ConfigError naming the pid that holds it."""
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(state / _FILE, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigError(
            f"state: cannot write {state}: {error.strerror}", hint="give a folder that this user may write to"
        ) from error
    try:
        _take(descriptor, state)
        yield
    finally:
        os.close(descriptor)


def is_locked(state: Path) -> bool:
    """Say whether somebody holds the state folder's lock; leaves no trace, and keeps nobody from it."""
    try:
        descriptor = os.open(state / _FILE, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return not _locked(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _take(descriptor: int, state: Path) -> None:
    for _ in range(_LOOKS):
        if _locked(descriptor, fcntl.LOCK_EX):
            break
        if not _locked(descriptor, fcntl.LOCK_SH):  # else only those have it who look, and they are gone in a moment
            raise _in_use(descriptor, state)
        os.sched_yield()
    else:
        raise _in_use(descriptor, state)
    with suppress(OSError):  # only words: a full disk must not keep a forwarder from what is in its journal
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)


def _locked(descriptor: int, how: int) -> bool:
    """Lock, if that can be done at once."""
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _in_use(descriptor: int, state: Path) -> ConfigError:
    pid = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
    return ConfigError(
        f"state: {state} is in use by another siemcast (pid {pid})",
        hint="stop that one, or give this one its own state",
    )
