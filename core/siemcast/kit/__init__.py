"""Tools that plugins share: HTTP with plain errors, TLS, Entra tokens, clouds, compression."""
