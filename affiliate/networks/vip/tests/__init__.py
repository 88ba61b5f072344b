"""Tests of the adapter of 唯品会联盟."""
