"""Taking copies of an installation, putting them back, and moving it from SQLite to PostgreSQL."""
