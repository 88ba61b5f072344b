"""`manage.py resolve TEXT`: which items a pasted text names and, with --lookup, what their networks say of them."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from affiliate.catalog.messages import explain, explain_nothing
from affiliate.catalog.reading_out import match_json, yuan
from affiliate.catalog.resolve import Match, resolve
from affiliate.connections import api as connections

DEADLINE = 30.0


class Command(BaseCommand):
    help = "Find the items that a pasted text names. Errors of networks stand in their match; the exit status is 0."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("text", help="a link, a share text, or <network>:<id>; - reads standard input")
        parser.add_argument("--lookup", action="store_true", help="ask the networks, and record what they say")
        parser.add_argument("--network", help="only items of this network")
        parser.add_argument("--deadline", type=float, default=DEADLINE, help="seconds for everything (%(default)s)")
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        text = sys.stdin.read() if options["text"] == "-" else options["text"]
        matches = resolve(
            text,
            lookup=options["lookup"],
            deadline_seconds=options["deadline"],
            network=options["network"],
            force=True,
        )
        if options["json"]:
            adapters = {adapter.slug: adapter for adapter in connections.recognisers()}
            rows = [match_json(match, adapters) for match in matches]
            self.stdout.write(json.dumps({"matches": rows}, ensure_ascii=False, indent=2))
            return
        if not matches:
            self.stdout.write(explain_nothing(text))
        for match in matches:
            self._print(match)

    def _print(self, match: Match) -> None:
        ref, item = match.ref, match.item
        self.stdout.write(f"{ref.network}:{ref.item_id}" if ref.item_id else ref.url)
        if item is not None and (item.title or item.final_price_minor is not None):
            price, final = yuan(item.price_minor, item.currency), yuan(item.final_price_minor, item.currency)
            seen = f"{item.seen_at:%F %R} UTC" if item.seen_at else "-"
            self.stdout.write(f"  {item.title}\n  {item.shop}  {price} → {final}  {item.source} {seen}")
        if match.error is not None:
            self.stdout.write(f"  {match.error.kind}: {explain(match.error)}")
