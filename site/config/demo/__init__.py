"""Loads the demo: people, goods with their price history, and posts a person would want to read."""
