"""What a monitoring system asks for: counters of all processes, and how the house stands, as Prometheus reads it."""
