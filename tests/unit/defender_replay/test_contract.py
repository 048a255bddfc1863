"""replay.file keeps the contract of sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from siemcast.api import SourceSpec
from siemcast.testing import SourceContract, SourceStage
from siemcast_defender.replay import SPEC
from siemcast_defender.replay.config import ReplaySettings


class TestReplay(SourceContract):
    spec: SourceSpec[ReplaySettings] = SPEC
    settings: Mapping[str, Any] = {"path": "./archive"}

    @asynccontextmanager
    async def stage(self) -> AsyncGenerator[SourceStage, None]:
        with TemporaryDirectory() as folder:
            lines = [b'{"category":"AdvancedHunting-DeviceEvents","properties":{"n":%d}}' % n for n in range(300)]
            for part in range(3):
                chosen = lines[part * 100 : part * 100 + 100]
                (Path(folder) / f"{part}.jsonl").write_bytes(b"\n".join(chosen) + b"\n")
            yield SourceStage(ReplaySettings(path=folder), Counter(lines))
