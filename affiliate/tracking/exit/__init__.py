"""The hot path of tracked links: a small WSGI application ahead of Django. Nothing in this folder imports Django."""
