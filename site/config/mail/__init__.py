"""Mail: an outbox in the database, filled in the caller's transaction and emptied by the worker."""
