"""Accounts at networks: secrets, switches, limits, health; hands out configured adapters."""
