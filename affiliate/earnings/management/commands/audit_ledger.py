"""manage.py audit_ledger: prove the book."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from affiliate.earnings.audit import audit
from affiliate.earnings.printing import document


class Command(BaseCommand):
    help = (
        "Checks that the ledger can only be added to, that it balances, and that every order line is what its reports "
        "say and holds what it should. Changes nothing. Exit status 1 where a check fails."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *args: Any, **options: Any) -> None:
        checks = audit()
        ok = all(check.ok for check in checks)
        if options["json"]:
            document(self.stdout, {"ok": ok, "checks": [asdict(check) for check in checks]})
        else:
            for check in checks:
                self.stdout.write(f"{'ok   ' if check.ok else 'WRONG'}  {check.name}: {check.detail}")
        if not ok:
            sys.exit(1)
