"""manage.py rewrite_pictures: clean what was uploaded before uploads were cleaned."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from affiliate.media.api import StoreDown
from content.pages import rewriting


class Command(BaseCommand):
    help = "Writes old uploads anew, without the place. May be broken off and run again; nothing is done twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, default=None, metavar="N", help="Stop after so many pictures.")
        parser.add_argument("--dry-run", action="store_true", help="Count what waits, and leave it.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            waiting = rewriting.waiting().count()
            self.stdout.write(json.dumps({"waiting": waiting}) if options["json"] else f"{waiting} wait.")
            return
        done: list[str] = []
        left: list[dict[str, Any]] = []
        try:
            for one in rewriting.rewrite(options["limit"]):
                if one.problem:
                    left.append({"pk": one.pk, "name": one.name, "problem": one.problem})
                else:
                    done.append(one.name)
        except StoreDown as error:
            raise CommandError(f"{len(done)} written anew, then: {error}") from error
        if options["json"]:
            self.stdout.write(json.dumps({"rewritten": len(done), "left": left}))
            return
        for row in left:
            self.stdout.write(f"left as it is: {row['pk']} {row['name']}: {row['problem']}")
        self.stdout.write(f"{len(done)} written anew, {len(left)} left.")
