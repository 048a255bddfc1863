"""The `asim` format: its mapping, its models, and what makes of a record's fields a row of theirs."""
