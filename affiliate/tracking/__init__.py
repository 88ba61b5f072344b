"""Placements, affiliate links, clicks and their rollups."""
