"""The CMS side of the house: pages and blocks, feed, search, moderation, and the writer's desk."""
