"""manage.py check_media: files that no row names, rows whose file is gone."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from affiliate.media.api import StoreDown, put_in_order


class Command(BaseCommand):
    help = "Removes files that no row has named for a day, names rows without a file. The worker does it nightly."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Name what would go, and leave it.")
        parser.add_argument("--sure", action="store_true", help="Remove them even where more would go than stay.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            order = put_in_order(dry_run=options["dry_run"], sure=options["sure"])
        except StoreDown as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            found = {"files": order.files, "orphans": order.orphans, "missing": order.missing}
            self.stdout.write(json.dumps({**found, "refused": order.refused, "dry_run": options["dry_run"]}))
        else:
            for name in order.orphans:
                self.stdout.write(f"no row:  {name}")
            for row in order.missing:
                self.stdout.write(f"no file: {row}")
            done = "would go" if options["dry_run"] or order.refused else "removed"
            self.stdout.write(f"{order.files} files, {len(order.orphans)} {done}, {len(order.missing)} missing.")
        if order.refused:
            raise CommandError(
                "No row names most of these files. Is this the right database? Nothing was removed; --sure removes all."
            )
