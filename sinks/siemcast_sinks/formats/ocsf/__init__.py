"""The `ocsf` format: facts of the schema, the mapping, and what makes of a record's fields a valid event."""

from siemcast_sinks.formats.ocsf.encoder import Ocsf
from siemcast_sinks.formats.ocsf.mapping import mapping

__all__ = ["Ocsf", "mapping"]
