"""Real browser against the real product."""
