"""Words and pictures of the demo; loaded by `manage.py demo`."""
