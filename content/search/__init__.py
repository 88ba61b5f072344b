"""The readers' search, which understands Chinese."""
