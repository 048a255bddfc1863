"""What demo and lab write into: folders of their own, wherever those are."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import yaml

from siemcast.errors import ConfigError
from siemcast_lab.folder import claim
from siemcast_lab.world import open_world


@pytest.mark.parametrize("empty", [True, False])
def test_a_users_own_folder_with_his_configuration_is_left_alone(tmp_path: Path, empty: bool) -> None:
    config, journal = tmp_path / "siemcast.yaml", tmp_path / "siemcast-state" / "journal.sqlite"
    journal.parent.mkdir()
    config.write_text("sinks: {}")
    journal.write_text("what must not get lost")
    with pytest.raises(ConfigError, match="--folder"):
        claim(tmp_path, empty=empty)
    assert config.read_text() == "sinks: {}"
    assert journal.read_text() == "what must not get lost"


def test_its_own_folder_is_taken_again_and_emptied_if_asked(tmp_path: Path) -> None:
    claim(tmp_path)
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "one.jsonl").write_text("{}")
    (tmp_path / "siemcast.yaml").write_text("{}")
    claim(tmp_path)
    assert (tmp_path / "archive" / "one.jsonl").exists()
    claim(tmp_path, empty=True)
    assert not (tmp_path / "archive").exists()
    assert not (tmp_path / "siemcast.yaml").exists()
    claim(tmp_path, empty=True)


def test_a_folder_that_holds_other_things_is_shared_and_never_emptied(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    claim(tmp_path)
    (tmp_path / "siemcast.yaml").write_text("{}")
    claim(tmp_path)
    with pytest.raises(ConfigError, match="not the lab's"):
        claim(tmp_path, empty=True)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="Not a directory"):
        claim(tmp_path / "file" / "demo")


def test_the_configuration_names_its_folder_whatever_that_is_called(tmp_path: Path) -> None:
    folder = tmp_path / 'my lab, "#1": a\\b'
    folder.mkdir()

    async def configured() -> str:
        async with open_world(folder) as world:
            return world.config.read_text()

    config = yaml.safe_load(asyncio.run(configured()))
    assert config["state"] == f"{folder}/state"
    assert config["sinks"]["archive"]["path"] == f"{folder}/archive"
    assert config["sinks"]["splunk"]["tls"]["ca_file"] == f"{folder}/certificates/ca.pem"
