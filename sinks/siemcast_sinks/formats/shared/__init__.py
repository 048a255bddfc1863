"""What several formats ask of values, and how they put documents together."""
