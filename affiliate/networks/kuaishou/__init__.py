"""快手, through 快赚客 of its open platform."""
