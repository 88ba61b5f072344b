"""The WSGI application: tracked links first, then Django."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django_application = get_wsgi_application()

from config.exit_front import front  # noqa: E402  settings must be ready first

application = front(django_application)
