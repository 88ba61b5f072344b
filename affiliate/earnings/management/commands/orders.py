"""manage.py orders: the order lines as they stand."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from affiliate.connections.api import error_json
from affiliate.earnings.amounts import plain_amount
from affiliate.earnings.lines import lines_of
from affiliate.earnings.models import LineStateChoice, Order
from affiliate.earnings.printing import check_networks, document, fail
from affiliate.networks.api import BadInput


class Command(BaseCommand):
    help = "Prints order lines, the newest first: what the network said, and to whom each is credited on what basis."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--network", default="", help="Only this network's.")
        parser.add_argument("--state", default="", choices=["", *LineStateChoice.values], help="Only in this state.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            check_networks(options["network"])
        except BadInput as exc:
            fail(self.stdout, {"error": error_json(exc)}, as_json=options["json"])
            return
        lines = [as_json(order) for order in lines_of(network=options["network"], state=options["state"])]
        if options["json"]:
            document(self.stdout, {"orders": lines})
            return
        for line in lines:
            credit = f"{line['author']} by {line['basis']}" if line["author"] else "nobody yet"
            commission = line["settled_commission_minor"]
            commission = line["estimated_commission_minor"] if commission is None else commission
            self.stdout.write(
                f"{line['network']}:{line['line_id']}  {line['state']}  {line['currency']} "
                f"{plain_amount(line['amount_minor'])}  commission {plain_amount(commission)}  {credit}"
            )
        self.stdout.write(f"{len(lines)} order lines.")


def as_json(order: Order) -> dict[str, Any]:
    """One line in the shape that commands print."""
    conversion = getattr(order, "conversion", None)
    placement = conversion.placement if conversion else None
    return {
        "network": order.network,
        "order_id": order.order_id,
        "line_id": order.line_id,
        "state": order.state,
        "network_state": order.network_state,
        "currency": order.currency,
        "amount_minor": order.amount_minor,
        "estimated_commission_minor": order.estimated_commission_minor,
        "settled_commission_minor": order.settled_commission_minor,
        "sub_id": order.sub_id,
        "author": conversion.author.handle if conversion else None,
        "page_id": placement.page_id if placement else None,
        "basis": conversion.basis if conversion else None,
    }
