"""The writer's side of the admin."""
