"""An installation as an operator has it: a folder, a database, and commands run in processes of their own."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
JD_SECRET, FARM_SECRET = "planted-jd-secret-5521", "planted-farm-secret-6632"

CONTENT = f"""
from affiliate.connections.models import Account, Merchant
from affiliate.earnings.ingest import ingest
from affiliate.earnings.models import Channel
from affiliate.earnings.tests.conftest import line_of
from affiliate.tracking.models import Click, Placement
from affiliate.tracking.exit.tokens import new_token
from django.utils import timezone
Account.objects.create(network="jd", credentials={{"APP_SECRET": "{JD_SECRET}"}})
Merchant.objects.create(slug="plot", name="小园", hosts="plot.test", link_template="{{url}}",
    secret={{"current": "{FARM_SECRET}"}})
codes = list(Placement.objects.filter(item__network="demo").order_by("pk").values_list("code", flat=True)[:3])
for number, code in enumerate(codes):
    for state in ("pending", "confirmed", "settled"):
        ingest(line_of(state, sub_id=code, order_id=f"o{{number}}", line_id=f"o{{number}}_1"), Channel.PULL)
    Click.objects.create(token=new_token(code), code=code, at=timezone.now(), kind="human")
gone = Click.objects.create(token="gone", code="gone", at=timezone.now(), kind="bot")
gone.delete()
"""


@dataclass
class Site:
    """One folder of data."""

    data: Path
    url: str = ""

    @property
    def env(self) -> dict[str, str]:
        left_out = {"SECRET_KEY", "ENCRYPTION_KEYS", "CACHE_URL", "SITE_URL"}
        env = {key: value for key, value in os.environ.items() if key not in left_out}
        env |= {"DATA_DIR": str(self.data), "DATABASE_URL": self.url, "DEMO": "1", "PLAIN_STATIC": "1"}
        return env | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}", "DJANGO_SETTINGS_MODULE": "config.settings"}

    @property
    def file(self) -> Path:
        return self.data / "zhongcao.sqlite3"

    def run(self, *command: str, status: int = 0) -> str:
        """Run a program of the project; what it printed, errors behind."""
        python = str(ROOT / ".venv/bin/python")
        done = subprocess.run([python, *command], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stderr[-3000:] + done.stdout[-2000:]
        return done.stdout + done.stderr

    def manage(self, *arguments: str, status: int = 0) -> str:
        return self.run("manage.py", *arguments, status=status)

    def backup(self, *arguments: str, status: int = 0) -> str:
        return self.run("-m", "config.backup.taking", *arguments, status=status)

    def restore(self, *arguments: str, status: int = 0) -> str:
        return self.run("-m", "config.backup.restoring", *arguments, status=status)

    def secrets(self) -> str:
        """What the two planted accounts hold, decrypted by a process of the site."""
        code = (
            "from affiliate.connections import accounts, api; "
            "print(accounts.from_account('jd'), api.merchant_secret('plot'))"
        )
        return self.manage("shell", "-v", "0", "-c", code)

    def tree(self) -> dict[str, str]:
        """Every file with its sum."""
        return tree(self.data)

    def open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.file)


def fill(site: Site) -> None:
    """Migrations, the demo, two secrets, a book of nine reports, clicks."""
    site.manage("prepare")
    site.manage("shell", "-v", "0", "-c", CONTENT)
    with closing(site.open()) as database:
        assert database.execute("SELECT count(*) FROM earnings_ledgerentry").fetchone()[0] >= 9


def tree(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def everything_in(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, the schema with its triggers, and the sequences."""
    with closing(sqlite3.connect(path)) as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {name: sorted(database.execute(f'SELECT * FROM "{name}"'), key=repr) for name in names}
        found["(schema)"] = sorted(database.execute("SELECT type, name, sql FROM sqlite_master"), key=repr)
        return found


@contextmanager
def environment(site: Site) -> Iterator[None]:
    """This process as one of the site's, for programs that are called in it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SECRET_KEY", "ENCRYPTION_KEYS", "CACHE_URL"):
            patch.delenv(name, raising=False)
        patch.setenv("DATA_DIR", str(site.data))
        patch.setenv("DATABASE_URL", site.url)
        yield
