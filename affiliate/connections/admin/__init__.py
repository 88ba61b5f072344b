"""Networks and merchants as operators meet them in the admin."""
