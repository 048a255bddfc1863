"""References are resolved anywhere, and in secrets they stay references."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from siemcast.api import SecretValue
from siemcast.config import Configuration
from siemcast.config.secret_file import SecretFile
from siemcast.errors import ConfigError

Loaded = Callable[..., Configuration]


def _token(configuration: Configuration) -> SecretValue:
    token = dict(configuration.sinks[0].settings)["token"]
    assert isinstance(token, SecretValue)
    return token


def test_references_stand_anywhere_in_a_text_and_make_numbers_too(loaded: Loaded, good: str) -> None:
    text = good.replace("https://splunk.example:8088", "https://${env:HOST}.example:${env:PORT}/$${x}").replace(
        "    batch:", "    port: ${env:PORT}\n    batch:"
    )
    environ = {"CONTOSO_SECRET": "a", "HEC_TOKEN": "b", "HOST": "hec", "PORT": "8089"}
    settings = loaded(text, environ).sinks[0].settings
    assert settings.model_dump()["url"] == ["https://hec.example:8089/${x}"]
    assert settings.model_dump()["port"] == 8089


def test_a_resolved_setting_is_plain_text_that_shows_no_reference(loaded: Loaded, good: str) -> None:
    settings = loaded(good).sinks[0].settings
    assert "s3cr3t" not in repr(settings) + settings.model_dump_json()


def test_a_file_secret_follows_its_file_and_survives_its_replacement(loaded: Loaded, good: str, tmp_path: Path) -> None:
    file = tmp_path / "hec"
    file.write_text("first\n")
    secret = _token(loaded(good.replace("env:HEC_TOKEN", f"file:{file}")))
    assert secret.reveal() == "first"
    file.write_text("second longer\r\n")
    assert secret.reveal() == "second longer"
    file.write_text("")
    assert secret.reveal() == "second longer"
    file.unlink()
    assert secret.reveal() == "second longer"
    file.write_text("third")
    assert secret.reveal() == "third"


def test_a_file_of_the_same_length_is_read_again_by_its_time(tmp_path: Path) -> None:
    file = tmp_path / "hec"
    file.write_text("one")
    secret = SecretFile(str(file))
    assert secret() == "one"
    file.write_text("two")
    os.utime(file, ns=(1, 1))
    assert secret() == "two"


def test_a_byte_order_mark_is_no_part_of_a_secret(tmp_path: Path) -> None:
    file = tmp_path / "hec"
    file.write_bytes(b"\xef\xbb\xbfone\r\n")
    assert SecretFile(str(file))() == "one"


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff", b"\xef\xbb\xbf\r\n"])
def test_a_file_without_a_secret_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "hec"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match="no secret in the file"):
        SecretFile(str(file))()


def test_a_registered_resolver_is_asked(loaded: Loaded, good: str) -> None:
    secret = _token(loaded(good.replace("${env:HEC_TOKEN}", "Bearer ${vault:hec}")))
    assert secret.reveal() == "Bearer vaulted-hec"


def test_a_blank_file_holds_no_secret_and_replaces_none(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(" \n")
    secret = SecretFile(str(file))
    with pytest.raises(ConfigError, match="it is empty"):
        secret()
    file.write_text("first")
    assert secret() == "first"
    file.write_text(" \t ")
    assert secret() == "first"
