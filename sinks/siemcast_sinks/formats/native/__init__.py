"""The `native` formats: what each SIEM's own content for Defender reads."""
