"""The five-step severity, with OCSF's ids (1.8: severity_id)."""

from __future__ import annotations

from enum import IntEnum


class Severity(IntEnum):
    """Orders events by weight; the values are OCSF's severity_id, so that comparison and output need no table."""

    UNKNOWN = 0
    INFORMATIONAL = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5

    @classmethod
    def parse(cls, text: object) -> Severity:
        """Read any spelling of Microsoft's (`high`, `High`); what is no severity is UNKNOWN, never an error."""
        return _BY_NAME.get(text.lower(), cls.UNKNOWN) if isinstance(text, str) else cls.UNKNOWN

    @property
    def label(self) -> str:
        """The lower-case word that users write in `where` and that SIEMs search for."""
        return _LABELS[self]


_BY_NAME = {member.name.lower(): member for member in Severity} | {"unspecified": Severity.UNKNOWN}
_LABELS = {member: member.name.lower() for member in Severity}
