"""What incidents and alerts share: reading Microsoft Graph's security lists complete and once."""
