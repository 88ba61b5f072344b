"""Tests of the adapter of 饿了么联盟."""
