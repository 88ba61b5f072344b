"""Tests of the adapter of 淘宝联盟."""
