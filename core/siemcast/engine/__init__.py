"""The engine: moves records from sources through the journal to sinks, and accounts for every one."""
