"""The canonical event as pydantic models, by theme; canonical paths are the attributes of `Content` and below.

The modules of objects do without `from __future__ import annotations`: to read annotations that are text takes pydantic
a quarter of the time that it takes to import all this, which every command that maps records has to wait for.
"""

from siemcast.schema.model.event import Content, Event

__all__ = ["Content", "Event"]
