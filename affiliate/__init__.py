"""Affiliate networks, people, catalogue, tracking and earnings: the side of the house that knows no CMS."""
