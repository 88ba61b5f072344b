"""The demo shop: a small shop of its own process that plays the demo network's gateway and its merchant."""
