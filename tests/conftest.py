"""What holds for all tests: properties explore anew on every machine but CI, where a run must be repeatable."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import Phase, settings

from siemcast.observe.log import _NOISY

settings.register_profile("ci", derandomize=True, deadline=None, phases=(Phase.explicit, Phase.generate))
settings.register_profile("explore", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "explore")


@pytest.fixture(autouse=True)
def _log_as_it_was() -> Iterator[None]:
    """Undo what a command did to the process's logging, which the next test would otherwise inherit."""
    root = logging.getLogger()
    handlers, levels = root.handlers[:], {name: logging.getLogger(name).level for name in ("root", *_NOISY)}
    yield
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    structlog.reset_defaults()
