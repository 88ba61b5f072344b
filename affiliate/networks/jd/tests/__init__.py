"""Tests of the JD adapter."""
