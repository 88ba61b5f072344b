"""Tests of the base, and of what every adapter must keep."""
