"""manage.py rotate_keys: bring every stored secret under the newest key."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import keys, rotation


class Command(BaseCommand):
    help = (
        "Encrypts every stored secret anew with the first of ENCRYPTION_KEYS. Afterwards the other keys can go. "
        "Exits with 1 where a secret cannot be read with any of them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--check", action="store_true", help="Look, and change nothing.")
        what.add_argument("--new-key", action="store_true", help="Make a key and put it first under DATA_DIR/keys.")
        what.add_argument("--drop-old", action="store_true", help="Take all but the first out of DATA_DIR/keys.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new_key"]:
            self._new_key()
            return
        done = rotation.rotate(check=options["check"])
        if options["json"]:
            self.stdout.write(json.dumps(done.as_json(), ensure_ascii=False))
        else:
            self._print(done, check=options["check"])
        if done.unreadable:
            raise SystemExit(1)
        if options["drop_old"]:
            self._drop_old()

    def _print(self, done: rotation.Rotation, *, check: bool) -> None:
        verb = "to be brought" if check else "brought"
        self.stdout.write(
            f"{done.rotated} secrets {verb} under the newest key, {done.current} were; {done.fields} fields."
        )
        for name in done.unreadable:
            self.stderr.write(
                f"The {name} cannot be read with any of ENCRYPTION_KEYS; it was left as it is. Put the key back that "
                "it was written with, or enter the credentials again."
            )
        if not done.unreadable and not check and len(settings.ENCRYPTION_KEYS) > 1:
            self.stdout.write(
                "The other keys are needed for old backups alone: they can be taken out of ENCRYPTION_KEYS."
            )

    def _new_key(self) -> None:
        path = self._file()
        keys.replace(path, "\n".join([keys.new_encryption_key(), *settings.ENCRYPTION_KEYS]) + "\n")
        self.stdout.write(
            f"A new key stands first in {path}. Restart web and worker, so that they know it, then run rotate_keys."
        )

    def _drop_old(self) -> None:
        path = self._file()
        keys.replace(path, settings.ENCRYPTION_KEYS[0] + "\n")
        self.stdout.write(f"{path} holds the newest key alone. Old backups need the old ones: keep their copies.")

    def _file(self) -> Any:
        if "ENCRYPTION_KEYS" in os.environ or "ENCRYPTION_KEYS_FILE" in os.environ:
            raise CommandError("ENCRYPTION_KEYS is set in the environment: change it there, the newest key first.")
        return settings.DATA_DIR / "keys" / keys.ENCRYPTION
