"""Runs this project's own commands on a database that is being built, in processes of their own.

As a program (`python -m config.backup.django_side known|migrate`) it reads a list of migrations on standard input:
`known` prints those that this code does not have, `migrate` brings an empty database to exactly these.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

from config.installation import ROOT, Refused


class Installation:
    """Where commands run: a folder and a database of the making, with the keys they will be read with."""

    def __init__(self, data: Path, database_url: str, encryption_keys: list[str]) -> None:
        known = {"DATA_DIR": str(data), "DATABASE_URL": database_url, "CACHE_URL": "", "DEMO": "0"}
        known |= {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}", "DJANGO_SETTINGS_MODULE": "config.settings"}
        # Nothing that is made here outlives the making.
        known |= {"SECRET_KEY": secrets.token_urlsafe(50), "PLAIN_STATIC": "1", "LOG_LEVEL": "ERROR"}
        known["ENCRYPTION_KEYS"] = ",".join(encryption_keys)
        left_out = {"SECRET_KEY_FILE", "ENCRYPTION_KEYS_FILE", "DATABASE_URL_FILE", "DATA_DIR_FILE"}
        self.env = {key: value for key, value in os.environ.items() if key not in left_out} | known

    def manage(self, *arguments: str, statuses: tuple[int, ...] = (0,)) -> str:
        """Run a command; its standard output. Raises Refused with its last words where it fails."""
        return self._run([sys.executable, str(ROOT / "manage.py"), *arguments], "", statuses)

    def unknown(self, migrations: list[list[str]]) -> list[str]:
        """Those that this code does not have."""
        command = [sys.executable, "-m", "config.backup.django_side", "known"]
        found: list[str] = json.loads(self._run(command, json.dumps(migrations)))
        return found

    def migrate_to(self, migrations: list[list[str]]) -> None:
        """Bring the empty database to exactly these migrations."""
        self._run([sys.executable, "-m", "config.backup.django_side", "migrate"], json.dumps(migrations))

    def audit(self) -> list[str]:
        """What `audit_ledger` finds wrong."""
        found = json.loads(self.manage("audit_ledger", "--json", statuses=(0, 1)))
        return [f"{check['name']}: {check['detail']}" for check in found["checks"] if not check["ok"]]

    def secrets(self) -> dict[str, Any]:
        """What `rotate_keys --check` says."""
        said: dict[str, Any] = json.loads(self.manage("rotate_keys", "--check", "--json", statuses=(0, 1)))
        return said

    def _run(self, command: list[str], said: str, statuses: tuple[int, ...] = (0,)) -> str:
        done = subprocess.run(  # noqa: S603  our own programs
            command, cwd=ROOT, env=self.env, input=said, capture_output=True, text=True, check=False
        )
        if done.returncode not in statuses:
            words = [line for line in done.stderr.splitlines() if line.strip()] or ["it said nothing"]
            raise Refused(f"{' '.join(command[-2:])} failed: {words[-1].strip()[:400]}")
        return done.stdout


def main(wanted: str) -> None:
    """In a process of its own: see above."""
    import django

    django.setup()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor
    from django.db.migrations.loader import MigrationLoader

    migrations = [(app, name) for app, name in json.load(sys.stdin)]
    if wanted == "known":
        loader = MigrationLoader(None)
        replaced = {key for migration in loader.replacements.values() for key in migration.replaces}
        known = loader.disk_migrations.keys() | replaced
        sys.stdout.write(json.dumps([f"{app}.{name}" for app, name in migrations if (app, name) not in known]))
        return
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    nodes = set(migrations) & graph.nodes.keys()
    # The last of each app alone: asked for an earlier one afterwards, Django would go back to it.
    last = {
        node
        for node in nodes
        if not any(child.key in nodes and child.key[0] == node[0] for child in graph.node_map[node].children)
    }
    executor.migrate(sorted(last))


if __name__ == "__main__":
    main(sys.argv[1])
