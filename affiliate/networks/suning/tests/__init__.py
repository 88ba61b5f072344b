"""Tests of the adapter of 苏宁联盟."""
