"""Settings of `file`."""

from __future__ import annotations

import pytest

from siemcast_sinks.file.config import FileSettings


@pytest.mark.parametrize(("given", "meant"), [(True, "gz"), (False, None), ("gz", "gz"), ("zst", "zst"), (None, None)])
def test_compress_may_be_said_in_a_word_or_by_true(given: object, meant: str | None) -> None:
    settings = FileSettings.model_validate({"kind": "file", "path": "out", "compress": given})
    assert settings.compress == meant
