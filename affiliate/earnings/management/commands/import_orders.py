"""manage.py import_orders: take an order file of a network's back-end."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from affiliate.earnings.importing import import_file
from affiliate.earnings.printing import show_report
from affiliate.earnings.reports import PullReport
from affiliate.networks.api import BadInput


class Command(BaseCommand):
    help = (
        "Imports an order file as downloaded from a network's back-end (CSV, xls, xlsx). Good rows count although "
        "others are broken; the same file again changes nothing; a merchant's own sheet is refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="The file, unchanged.")
        parser.add_argument("--network", required=True, help="The network's short name, as jd.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            data = path.read_bytes()
        except OSError as exc:
            error = BadInput(f"The file {path} cannot be read: {exc.strerror}.")
            report = PullReport(options["network"], error=error)
        else:
            report = import_file(data, path.name, options["network"])
        show_report(self.stdout, report, as_json=options["json"])
