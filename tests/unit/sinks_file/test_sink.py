"""The file sink as the engine sees it."""

import asyncio
import errno
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pytest

from siemcast.api import Encoded, SinkSpec
from siemcast.errors import AuthRefused, Transient
from siemcast.schema import Document
from siemcast.testing import FakeContext, SinkContract, SinkStage
from siemcast.testing.sink import document
from siemcast_sinks.file import SPEC
from siemcast_sinks.file.config import FileSettings
from siemcast_sinks.file.sink import failure, lines


def settings(path: Path, **changes: Any) -> FileSettings:
    return FileSettings.model_validate({"kind": "file", "path": path, **changes})


class TestContract(SinkContract):
    spec: SinkSpec[FileSettings] = SPEC
    settings: Mapping[str, Any] = {"path": "siemcast-out"}

    @asynccontextmanager
    async def stage(self) -> AsyncGenerator[SinkStage, None]:
        with TemporaryDirectory() as folder:
            path = Path(folder)

            def received() -> list[str]:
                found = (line for name in sorted(path.iterdir()) for line in name.read_bytes().splitlines())
                return [orjson.loads(line)["id"] for line in found]

            yield SinkStage(settings(path, rotate={"bytes": 5000}), received)


@pytest.mark.parametrize(("name", "suffix"), [("ocsf", ".jsonl"), ("cef", ".log"), ("leef", ".log")])
def test_lines_of_text_go_to_log_files(tmp_path: Path, name: str, suffix: str) -> None:
    async def scenario() -> None:
        async with SPEC.open(settings(tmp_path, format=name), FakeContext(name="archive")) as sink:
            await sink.write(Encoded([document(1)]))

    asyncio.run(scenario())
    (made,) = tmp_path.iterdir()
    assert made.name.startswith("archive-")
    assert made.suffix == suffix


def test_json_spread_over_lines_becomes_one() -> None:
    spread = Document(b'{\n"a": 1\n}', document(1).head)
    assert lines([spread, spread]) == b'{ "a": 1 }\n{ "a": 1 }\n'


def test_full_disk_waits_and_missing_rights_are_refused_in_plain_words() -> None:
    full = failure(OSError(errno.ENOSPC, "No space left on device"), Path("/out"))
    assert isinstance(full, Transient)
    assert "no space is left for /out" in str(full)
    broken = failure(OSError(errno.ENOENT, "No such file or directory"), Path("/out"))
    assert "writing to /out failed (No such file or directory); check the sink's path" in str(broken)
    forbidden = failure(OSError(errno.EROFS, "Read-only file system"), Path("/out"))
    assert isinstance(forbidden, AuthRefused)
    assert forbidden.hint


def test_folder_that_can_not_be_made_is_said_by_write_and_check(tmp_path: Path) -> None:
    (tmp_path / "occupied").write_text("a file")

    async def scenario() -> None:
        context = FakeContext()
        async with SPEC.open(settings(tmp_path / "occupied"), context) as sink:
            with pytest.raises(Transient, match="occupied"):
                await sink.write(Encoded([document(1)]))
            with pytest.raises(Transient, match="not a folder"):
                await sink.check()
            (tmp_path / "occupied").unlink()
            assert await sink.write(Encoded([document(1)])) == ()
        assert [entry[1] for entry in context.log.entries] == ["file.not_ready"]

    asyncio.run(scenario())
    assert len(list((tmp_path / "occupied").iterdir())) == 1
