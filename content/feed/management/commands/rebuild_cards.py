"""Make every card of the feed anew from the live posts, then rank them."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from content.feed.cards import rebuild
from content.feed.ranking import rank


class Command(BaseCommand):
    help = "Rebuild the feed's cards from the live posts and rank them. Safe to run at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        cards = rebuild()
        rank()
        self.stdout.write(json.dumps({"cards": cards}) if options["json"] else f"{cards} cards rebuilt and ranked.")
