"""StreamField blocks that posts are made of."""
