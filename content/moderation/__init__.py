"""Roles, workflow, and the featured board."""
