"""A secret in the settings: revealed only where it is sent, shown nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema, core_schema


class SecretValue:
    """Holds a way to get the secret, not the secret, so that a rotated file is read again without a restart."""

    __slots__ = ("_resolve",)

    def __init__(self, resolve: Callable[[], str]) -> None:
        self._resolve = resolve

    def reveal(self) -> str:
        """Give the value as it is now. Raises ConfigError (never naming the value) when it cannot be had any more."""
        return self._resolve()

    def __repr__(self) -> str:
        return "SecretValue(***)"

    __str__ = __repr__

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _secret,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda _: "***", return_schema=core_schema.str_schema()
            ),
        )


class Referenced(str):
    """Text made of `${...}` references, as it reads now; in a Secret field its reference is kept instead."""

    __slots__ = ("secret",)
    secret: SecretValue

    @classmethod
    def of(cls, secret: SecretValue) -> Referenced:
        """Read the secret once. Raises ConfigError as `reveal` does."""
        text = cls(secret.reveal())
        text.secret = secret
        return text


def _secret(value: Any) -> SecretValue:
    if isinstance(value, SecretValue):
        return value
    if isinstance(value, str) and value.strip():
        return value.secret if isinstance(value, Referenced) else SecretValue(lambda: value)
    if value is not None and not isinstance(value, str):
        raise ValueError("not text; put it in quotes, or write ${env:NAME} or ${file:/path}")
    raise ValueError("an empty secret; set it, best as ${env:NAME} or ${file:/path}")


Secret = Annotated[
    SecretValue,
    WithJsonSchema({"type": "string", "format": "password", "examples": ["${env:NAME}", "${file:/run/secrets/name}"]}),
]
