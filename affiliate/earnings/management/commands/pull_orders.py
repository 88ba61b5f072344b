"""manage.py pull_orders: read a network's order report now."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from affiliate.earnings.printing import show_report, time_of
from affiliate.earnings.pull import pull, pull_every
from affiliate.earnings.reports import PullReport
from affiliate.networks.api import BadInput


class Command(BaseCommand):
    help = (
        "Reads the order lines of a network that changed in a stretch of time, window by window, at each of its "
        "accounts. What it read before something broke it off is kept, and it says where to go on. The worker does the "
        "same on its own each minute."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--network", required=True, help="The network's short name, as jd.")
        parser.add_argument("--account", help="The name of one of its accounts; every connected one by default.")
        parser.add_argument("--from", dest="start", help="ISO 8601; 24 hours before the end by default.")
        parser.add_argument("--to", dest="end", help="ISO 8601; now by default.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            end = time_of(options["end"]) if options["end"] else timezone.now()
            start = time_of(options["start"]) if options["start"] else end - timedelta(days=1)
        except BadInput as exc:
            report = PullReport(options["network"], error=exc)
        else:
            if options["account"]:
                report = pull(options["network"], start, end, account=options["account"])
            else:
                report = pull_every(options["network"], start, end)
        show_report(self.stdout, report, as_json=options["json"])
