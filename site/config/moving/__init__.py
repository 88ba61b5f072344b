"""Moving an installation from SQLite to PostgreSQL: every row, every sequence, compared at the end."""
