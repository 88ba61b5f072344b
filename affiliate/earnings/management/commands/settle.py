"""manage.py settle: make payable what the networks have settled, and print what everybody is owed."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from affiliate.connections.api import error_json
from affiliate.earnings.amounts import plain_amount
from affiliate.earnings.printing import check_networks, document, fail, time_of
from affiliate.earnings.settling import Statement, settle
from affiliate.networks.api import BadInput


class Command(BaseCommand):
    help = (
        "Moves every line that a network has settled from confirmed to payable, and prints a statement for each author "
        "and agency. It pays nobody: it says what is to be paid. Running it again moves nothing twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--until", help="Only lines settled before this time (ISO 8601); now by default.")
        parser.add_argument("--network", action="append", default=[], help="Only this network's; may be repeated.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            check_networks(*options["network"])
            until = time_of(options["until"]) if options["until"] else None
        except BadInput as exc:
            fail(self.stdout, {"error": error_json(exc)}, as_json=options["json"])
            return
        done = settle(until, options["network"])
        if options["json"]:
            statements = [asdict(statement) for statement in done.statements]
            document(self.stdout, {"until": done.until.isoformat(), "lines": done.lines, "statements": statements})
            return
        self.stdout.write(f"{done.lines} order lines became payable.")
        for statement in done.statements:
            self.stdout.write(_words(statement))


def _words(of: Statement) -> str:
    amounts = (("payable", of.payable_minor), ("confirmed", of.confirmed_minor), ("pending", of.pending_minor))
    shown = ", ".join(
        f"{name} {plain_amount(minor, of.currency)}" for name, minor in (*amounts, ("paid", of.paid_minor))
    )
    carried = " (carried forward)" if of.payable_minor < 0 else ""
    new = plain_amount(of.released_minor, of.currency)
    return f"{of.party} {of.name}, {of.currency}: {shown}; of it new {new}{carried}"
