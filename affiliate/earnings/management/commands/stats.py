"""manage.py stats: clicks, order lines and the book in numbers."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from affiliate.earnings.api import ledger_totals
from affiliate.earnings.lines import orders_by_state
from affiliate.earnings.printing import document
from affiliate.tracking import api as tracking


class Command(BaseCommand):
    help = "Prints how many clicks of each class, order lines of each state and ledger entries there are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *args: Any, **options: Any) -> None:
        numbers = {"clicks": tracking.totals_by_kind(), "orders": orders_by_state(), "ledger": ledger_totals()}
        if options["json"]:
            document(self.stdout, numbers)
            return
        for subject, counts in numbers.items():
            self.stdout.write(f"{subject}: " + ", ".join(f"{number} {name}" for name, number in counts.items()))
