"""Moderation as editors meet it in the admin."""
