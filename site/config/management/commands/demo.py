"""manage.py demo: load the demo content."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from content.pages.api import ChannelPage


class Command(BaseCommand):
    help = "Loads the demo: three logins, authors, goods, and posts. Running it again doubles nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="Do nothing where a channel stands already.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *args: Any, **options: Any) -> None:
        from config.demo.load import follow_shop, load

        if options["if_empty"] and ChannelPage.objects.exists():
            follow_shop()
            return
        count = load()
        if options["json"]:
            self.stdout.write(json.dumps({"posts": count}))
        else:
            self.stdout.write(f"{count} posts are there. Passwords: demo-logins.json in DATA_DIR.")
