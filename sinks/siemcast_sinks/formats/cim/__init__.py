"""The `cim` format: its mapping, its models, and what makes of a record's fields an event of theirs."""
