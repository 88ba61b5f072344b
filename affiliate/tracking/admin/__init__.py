"""What tracking adds to the admin."""
