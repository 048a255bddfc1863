"""What Microsoft's columns mean, as data (the YAML files beside this), loaded when a record first asks."""

from siemcast_defender.mappings.tables import table_mapping, table_name

__all__ = ["table_mapping", "table_name"]
