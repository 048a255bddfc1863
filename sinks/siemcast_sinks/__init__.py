"""The built-in sinks, one folder a kind; formats shared by several in formats/."""
