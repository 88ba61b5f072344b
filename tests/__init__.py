"""Tests that concern the whole house."""
