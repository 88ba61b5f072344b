"""manage.py prepare: everything a start needs that is not there yet."""

from __future__ import annotations

import logging
import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from content.moderation.api import ensure_roles, ensure_site
from content.pages.api import ensure_legal_pages


class Command(BaseCommand):
    help = "Migrates, collects static files and, where DEMO is on and no post exists, loads the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        # Three lines for every page of the demo would hide what a newcomer is to read: addresses and logins.
        logging.getLogger("wagtail").setLevel(logging.WARNING)
        try:
            connection.ensure_connection()
        except OperationalError as error:
            raise CommandError(f"The database cannot be used: {str(error).strip()}") from error
        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        ensure_site()
        ensure_roles()
        ensure_legal_pages()
        if settings.DEMO and os.environ.get("DEMO_CONTENT", "1") != "0":
            call_command("demo", if_empty=True, verbosity=0)
