"""Tests of the adapter of 多多进宝."""
