"""The shape of journalled records whose plugin is not installed any more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from siemcast.errors import Permanent
from siemcast.schema import Head, Record

if TYPE_CHECKING:
    from siemcast.schema.mapping import TableMapping


class UnknownShape:
    """Tells nothing of its records, so that they are dead-lettered, to be retried once the plugin is back."""

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def name(self) -> str:
        """The name that the journal holds."""
        return self._name

    def recognise(self, data: Mapping[str, Any]) -> bool:
        """Recognise nothing."""
        return False

    def head(self, record: Record) -> Head:
        """Raise Permanent."""
        raise self._unknown()

    def columns(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give the object itself."""
        return data

    def mapping(self, table: str) -> TableMapping:
        """Raise Permanent."""
        raise self._unknown()

    def _unknown(self) -> Permanent:
        return Permanent(f"no plugin knows the shape {self._name!r}", hint="install it again, then dead-letters retry")
