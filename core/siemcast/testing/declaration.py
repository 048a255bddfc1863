"""What every spec must keep, whatever it describes: names, described settings, strictness, silence about secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from siemcast.api import SecretValue

_KIND = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")


class DeclarationContract:
    """Checks a spec by itself. Set `spec`, and `settings`: the least that a user must write (without `kind`)."""

    spec: Any
    settings: Mapping[str, Any]

    def load(self, **changes: Any) -> Any:
        """Give the settings model of `settings` with `changes`."""
        return self.spec.settings.model_validate({"kind": self.spec.kind, **self.settings, **changes})

    def test_kind_is_lower_case_words_joined_by_dots(self) -> None:
        assert _KIND.fullmatch(self.spec.kind), self.spec.kind

    def test_summary_is_one_line(self) -> None:
        assert self.spec.summary.strip()
        assert "\n" not in self.spec.summary

    def test_every_setting_is_described(self) -> None:
        missing = [name for name, field in self.spec.settings.model_fields.items() if not field.description]
        assert not missing, f"settings without a description: {missing}"

    def test_settings_have_a_json_schema(self) -> None:
        assert self.spec.settings.model_json_schema()["type"] == "object"

    def test_unknown_key_is_refused(self) -> None:
        with pytest.raises(ValidationError, match="no_such_key"):
            self.load(no_such_key=1)

    def test_settings_are_frozen(self) -> None:
        with pytest.raises(ValidationError):
            self.load().kind = "other"

    def test_secrets_do_not_show(self) -> None:
        settings = self.load()
        shown = f"{settings!r} {settings} {settings.model_dump_json()}"
        secrets = list(_secrets(settings))
        assert not [secret for secret in secrets if secret.reveal() in shown]


def _secrets(model: BaseModel) -> list[SecretValue]:
    found: list[SecretValue] = []
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, SecretValue):
            found.append(value)
        elif isinstance(value, BaseModel):
            found.extend(_secrets(value))
    return found
