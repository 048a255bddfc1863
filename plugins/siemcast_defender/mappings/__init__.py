"""What Microsoft's columns mean, as data (the YAML files beside this), loaded when a record first asks."""

from siemcast_defender.mappings.tables import hunting_tables, table_mapping, table_name

__all__ = ["hunting_tables", "table_mapping", "table_name"]
