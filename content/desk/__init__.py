"""The writer's side of the admin: product picker and earnings."""
