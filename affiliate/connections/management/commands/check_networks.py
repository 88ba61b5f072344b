"""`manage.py check_networks`: is each network on, and each of its accounts connected and answered?"""

from __future__ import annotations

import json
import unicodedata
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from affiliate.connections import api as connections
from affiliate.connections.checking import Report, report
from affiliate.networks.api import BadInput, NetworkError, registry


def columns(text: str) -> int:
    """How wide a terminal prints it: a Chinese character takes two places."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


class Command(BaseCommand):
    help = "Ask every network that is on, with each account that is connected. Exits 1 where one does not answer well."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--network", help="only this one")
        parser.add_argument("--no-call", action="store_true", help="show what is known, ask nobody")
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = [options["network"]] if options["network"] else list(registry.slugs())
        if unknown := [slug for slug in wanted if slug not in registry.ADAPTERS]:
            error = BadInput(f"There is no network {unknown[0]!r}. Known are: {', '.join(registry.slugs())}.")
            self._refuse(error, as_json=options["json"])
        names = [(slug, name) for slug in wanted for name in connections.account_names(slug)]
        reports = [self._report(slug, name, call=not options["no_call"]) for slug, name in names]
        if options["json"]:
            rows = [found.as_json() for found in reports]
            self.stdout.write(json.dumps({"networks": rows}, ensure_ascii=False, indent=2))
        else:
            self._print(reports)
        if any(found.ok is False for found in reports):
            raise SystemExit(1)

    def _report(self, slug: str, account: str, *, call: bool) -> Report:
        try:
            return report(slug, account, call=call)
        except NetworkError as error:
            on, name = connections.is_on(slug), connections.network_name(slug)
            return Report(slug, account, name, on, False, (), None, False, None, error)

    def _refuse(self, error: NetworkError, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"error": connections.error_json(error)}, ensure_ascii=False))
        else:
            self.stderr.write(error.message)
        raise SystemExit(1)

    def _print(self, reports: list[Report]) -> None:
        places = [connections.source_name(found.network, found.account) for found in reports]
        width = max(12, *(columns(place) + 2 for place in places))
        self.stdout.write(f"{'network':<{width}}{'switch':<8}{'account':<12}{'answer':<10}note")
        for place, found in zip(places, reports, strict=True):
            account = "connected" if found.configured else "missing"
            answer = {True: "ok", False: "failed", None: "-"}[found.ok]
            note = ", ".join(found.missing)
            if found.error is not None:
                note = f"{found.error.kind}: {found.error.message}"
            elif found.seconds is not None:
                note = f"{found.seconds:.2f} s"
            switch = "on" if found.on else "off"
            gap = " " * (width - columns(place))
            self.stdout.write(f"{place}{gap}{switch:<8}{account:<12}{answer:<10}{note}")
