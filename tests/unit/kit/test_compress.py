"""gzip bodies are read by anybody, with or without isal."""

from __future__ import annotations

import asyncio
import gzip as stdlib
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siemcast.kit import compress


@given(st.binary(max_size=20_000))
def test_what_is_compressed_comes_back(data: bytes) -> None:
    assert stdlib.decompress(compress.gzip(data)) == data


def test_the_same_input_gives_the_same_bytes() -> None:
    assert compress.gzip(b"defender" * 100) == compress.gzip(b"defender" * 100)


def test_without_isal_the_standard_library_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "isal.igzip", None)
    compress._library.cache_clear()
    try:
        assert compress._library() is stdlib
        assert stdlib.decompress(compress.gzip(b"defender" * 100)) == b"defender" * 100
    finally:
        compress._library.cache_clear()


@pytest.mark.parametrize(("size", "aside"), [(10, False), (compress.ASIDE_FROM, True)])
def test_only_big_bodies_are_compressed_aside(monkeypatch: pytest.MonkeyPatch, size: int, aside: bool) -> None:
    threads: list[bool] = []
    compressing = compress.gzip

    def watched(data: bytes) -> bytes:
        threads.append(threading.current_thread() is not threading.main_thread())
        return compressing(data)

    monkeypatch.setattr(compress, "gzip", watched)
    assert stdlib.decompress(asyncio.run(compress.gzip_aside(b"x" * size))) == b"x" * size
    assert threads == [aside]
