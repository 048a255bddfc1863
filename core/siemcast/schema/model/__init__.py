"""The canonical event as pydantic models, by theme; canonical paths are the attributes of `Content` and below."""

from siemcast.schema.model.event import Content, Event

__all__ = ["Content", "Event"]
