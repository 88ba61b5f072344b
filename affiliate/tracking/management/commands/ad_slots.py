"""`manage.py ad_slots [--network taobao] [--add SLOT …] [--take-back SLOT]`: the pool of ad slots."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from affiliate.connections import api as connections
from affiliate.networks.api import BadInput, NetworkError
from affiliate.tracking import slots
from affiliate.tracking.models import AdSlot


class Command(BaseCommand):
    help = "Show, fill and empty the pool of ad slots that are lent to authors where a network carries no sub-ID."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--network", default="taobao", help="the network's short name (%(default)s)")
        parser.add_argument("--add", nargs="+", default=[], metavar="SLOT", help="slots to put into the pool")
        parser.add_argument("--take-back", metavar="SLOT", help="end the loan of this slot")
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        network = options["network"]
        try:
            added = slots.add(network, options["add"]) if options["add"] else 0
            taken = self._take_back(network, options["take_back"]) if options["take_back"] else False
        except NetworkError as error:
            if options["json"]:
                self.stdout.write(json.dumps({"error": connections.error_json(error)}, ensure_ascii=False, indent=2))
                raise SystemExit(1) from None
            raise CommandError(error.message) from None
        rows = [asdict(supply) | {"short": supply.short} for supply in slots.supplies()]
        if options["json"]:
            self.stdout.write(json.dumps({"added": added, "taken_back": taken, "networks": rows}, indent=2))
            return
        for row in rows:
            self.stdout.write(
                f"{row['network']}: {row['total']} slots, {row['lent']} lent, {row['free']} free, "
                f"{row['waiting']} authors without" + (" - add more" if row["short"] else "")
            )

    def _take_back(self, network: str, text: str) -> bool:
        slot = AdSlot.objects.filter(network=network, slot=text).first()
        if slot is None:
            raise BadInput("This ad slot is not in the pool.", network=network, code="ad_slot")
        return slots.take_back(slot)
