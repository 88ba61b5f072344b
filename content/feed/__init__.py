"""Listings and ranking of posts."""
