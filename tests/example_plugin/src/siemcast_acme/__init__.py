"""ACME's doors and ledger, as a plugin of siemcast."""

from __future__ import annotations

from siemcast.api import SinkSpec, SourceSpec, hookimpl
from siemcast_acme.doors import DoorSettings, open_doors
from siemcast_acme.ledger import LedgerSettings, open_ledger
from siemcast_acme.shape import DOOR


@hookimpl
def register_sources() -> list[SourceSpec[DoorSettings]]:
    return [
        SourceSpec(
            kind="acme.doors",
            summary="Who opened which door, from ACME's controllers",
            settings=DoorSettings,
            open=open_doors,
            shapes=(DOOR,),
        )
    ]


@hookimpl
def register_sinks() -> list[SinkSpec[LedgerSettings]]:
    return [
        SinkSpec(
            kind="acme.ledger",
            summary="A ledger: one document a line, in a file that is only ever appended to",
            settings=LedgerSettings,
            open=open_ledger,
            duplicates="possible",
        )
    ]
