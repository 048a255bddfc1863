"""Microsoft Defender: sources, the shapes of their records, and the column dictionary."""
