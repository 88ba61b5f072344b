"""`manage.py rebuild_search`: make the readers' search index anew from the live posts."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from content.search.index import rebuild


class Command(BaseCommand):
    help = "Make the readers' search index anew. Safe at any time; posts are found again one by one."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{rebuild()} posts can be found.")
