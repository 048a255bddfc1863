"""The types that values of a canonical path have: what a mapping's path ends at."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, ConfigDict

Text: TypeAlias = Annotated[str, "text"]
Integer: TypeAlias = Annotated[int, "integer"]
"""A whole number of 64 bits."""
Number: TypeAlias = Annotated[float, "number"]
"""A score or a share; whole numbers too."""
Boolean: TypeAlias = Annotated[bool, "boolean"]
Timestamp: TypeAlias = Annotated[datetime, "timestamp"]
"""UTC, to the microsecond; Microsoft's seventh fraction digit is cut."""
Ip: TypeAlias = Annotated[str, "ip"]
"""An address, IPv4 in IPv6 clothes as IPv4."""
Json: TypeAlias = Annotated[Any, "json"]
"""Any JSON value, as it came."""


class Model(BaseModel):
    """Base of the canonical objects. An attribute that OCSF holds a list of is a tuple, and empty when not given.

    Names are OCSF's; one that is a keyword in Python has a trailing underscore there, and OCSF's name in JSON.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", defer_build=True, populate_by_name=True, serialize_by_alias=True
    )
