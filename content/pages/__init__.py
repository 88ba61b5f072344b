"""Page types, one a file."""
