"""One adapter a folder, and what they share. Nothing in here imports Django."""
