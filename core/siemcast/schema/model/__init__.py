"""The canonical event as pydantic models, by theme; canonical paths are the attributes of these."""

from siemcast.schema.model.event import Content

__all__ = ["Content"]
