"""The canonical schema: what siemcast can say of any record, in OCSF's names (1.8) and enum values."""

from siemcast.schema.events import event_of
from siemcast.schema.head import Head
from siemcast.schema.record import Document, KnowsTables, Record, RecordShape
from siemcast.schema.severity import Severity

__all__ = ["Document", "Head", "KnowsTables", "Record", "RecordShape", "Severity", "event_of"]
