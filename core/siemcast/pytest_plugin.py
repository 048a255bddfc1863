"""Loaded by pytest where siemcast is installed: readable assertions in the contract suites, and a context fixture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from siemcast.testing.fakes import FakeContext

pytest.register_assert_rewrite("siemcast.testing")


@pytest.fixture
def siemcast_context() -> FakeContext:
    """Give a context with a frozen clock, instant sleep and seeded randomness."""
    from siemcast.testing.fakes import FakeContext  # noqa: PLC0415 - late, so that the rewriting above comes first

    return FakeContext()
