"""The `cef` format: its mapping, how it writes text, and lines by functions that have learnt what columns hold."""
