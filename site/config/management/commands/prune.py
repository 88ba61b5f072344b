"""manage.py prune: throw away what is kept no longer."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import retention


class Command(BaseCommand):
    help = "Throws away what is kept no longer, as the table of keeping times says. The worker does it every hour."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Count what would go, and leave it.")
        parser.add_argument("--only", default="", metavar="NAME", help="One line of the table.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *args: Any, **options: Any) -> None:
        rules = {rule.name: rule for rule in retention.rules()}
        if options["only"] and getattr(rules.get(options["only"]), "over", None) is None:
            thrown = ", ".join(name for name, rule in rules.items() if rule.over)
            raise CommandError(f"Nothing named {options['only'][:60]!r} is thrown away. These are: {thrown}.")
        counts = retention.prune(dry_run=options["dry_run"], only=options["only"])
        if options["json"]:
            self.stdout.write(json.dumps({"dry_run": options["dry_run"], "rows": counts}))
            return
        for name, count in counts.items():
            self.stdout.write(f"{count:>9}  {name}  (kept: {rules[name].kept_in_words})")
        if options["dry_run"]:
            self.stdout.write("Nothing was thrown away.")
