"""manage.py move_database: from SQLite to PostgreSQL."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection, connections

from config.backup import postgres, sqlite
from config.installation import Refused
from config.moving.move import move


class Command(BaseCommand):
    help = (
        "Moves everything from the SQLite file to an empty PostgreSQL database and compares every row. Stop web and "
        "worker first. The SQLite file is only read; where anything fails, the target is left empty."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", required=True, metavar="URL", help="postgres://user:password@host/name")
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *args: Any, **options: Any) -> None:
        url, as_json = options["to"], options["json"]
        try:
            source = self._source(url)
            done = move(source, url, settings.ENCRYPTION_KEYS, self.stderr.write if as_json else self.stdout.write)
        except Refused as reason:
            if as_json:
                error = {"kind": "bad_input", "message": str(reason), "retry_at": None}
                self.stdout.write(json.dumps({"error": error}))
            self.stderr.write(f"{reason}\nNothing was moved; both databases are as they were.")
            raise SystemExit(1) from reason
        if as_json:
            rows = {name: {"rows": n, "sha256_sum": done.sums[name]} for name, n in done.tables.items()}
            self.stdout.write(json.dumps({"tables": rows, "sequences": done.sequences, "triggers": done.triggers}))
            return
        self.stdout.write(
            f"{sum(done.tables.values())} rows in {len(done.tables)} tables and {done.sequences} sequences are in "
            f"{postgres.hidden(url)}, each row compared. Set DATABASE_URL to it, then start web and worker; {source} "
            "was only read, and can be kept until you are content."
        )

    def _source(self, url: str) -> Path:
        if connection.vendor != "sqlite":
            raise Refused("DATABASE_URL names no SQLite file: there is nothing to move from.")
        if not url.startswith(("postgres://", "postgresql://")):
            raise Refused("--to must begin with postgres://.")
        source = Path(settings.DATABASES["default"]["NAME"])
        if sqlite.is_empty(source):
            raise Refused(f"There is nothing to move: {source} holds no table.")
        connections.close_all()
        if sqlite.is_open_elsewhere(source):
            raise Refused(
                f"{source} is open in another process. Stop web and worker: what they write would stay behind."
            )
        return source
