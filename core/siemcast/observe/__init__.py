"""What operators see: the log, the metrics, and whether everything makes progress."""
