"""What waits for an operator, on the first screen of the admin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.ui.components import Component

from affiliate.connections import api as connections
from affiliate.earnings.admin.access import sees_everybody
from affiliate.earnings.lines import unattributed
from affiliate.earnings.models import Order
from affiliate.tracking import api as tracking


class OperatorPanel(Component):
    """Orders that lead to nobody, lines held back, and networks that cannot be used or do not answer."""

    name = "zc_operator"
    template_name = "earnings/panel.html"
    order = 60

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        now = timezone.now()
        states = connections.states()
        return {
            "sees_networks": parent_context["request"].user.has_perm("connections.view_networkstate"),
            "unattributed": unattributed().count(),
            "held": Order.objects.exclude(held_reason="").count(),
            "off": [connections.network_name(s.network) for s in states if not s.switched_on],
            "resting": [connections.network_name(s.network) for s in states if s.open_until and s.open_until > now],
            "slots_short": [connections.network_name(network) for network in tracking.running_out()],
            "without_account": [
                connections.network_name(s.network) for s in states if not connections.is_configured(s.network)
            ],
        }


def add_panel(request: HttpRequest, panels: list[Component]) -> None:
    """For operators alone."""
    if sees_everybody(request.user):
        panels.append(OperatorPanel())
