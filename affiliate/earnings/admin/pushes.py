"""Orders that networks told us of by themselves: what became of each, and one more try for what is still missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views import View
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from affiliate.connections import api as connections
from affiliate.earnings import pushes
from affiliate.earnings.admin.access import OperatorsOnly
from affiliate.earnings.models import Order
from affiliate.earnings.push_models import PushedOrder, PushState

PER_PAGE = 50
STATES: dict[str, str | Promise] = {
    "taken": _lazy("taken, not read yet"),
    "waiting": _lazy("still looked for"),
    "read": _lazy("found"),
    "unreadable": _lazy("found, cannot be read"),
    "missing": _lazy("not to be found"),
}
PROBLEMS: dict[str, str | Promise] = {
    "": "",
    "rejected": _lazy("A line of the report cannot be read. The log names it."),
    "not_found": _lazy("The network's report does not show it yet."),
    "off": _lazy("The network is switched off or has no credentials. Nothing is lost: it is asked when it is on."),
    "wait": _lazy("The network asks us to wait."),
    "unavailable": _lazy("The network did not answer."),
    "reauthorise": _lazy("The network wants to be authorised again."),
    "permission": _lazy("The network does not let this account read it."),
    "protocol": _lazy("The network's answer could not be understood."),
}
OTHER = _lazy("It went wrong on our side. The log says how.")


@dataclass(frozen=True, slots=True)
class Row:
    """One pushed order as the page shows it."""

    pushed: PushedOrder
    network: str
    key: str
    state: str
    problem: str
    line: int | None
    """The order's first line, where there is one."""
    next_try_at: datetime | None

    @property
    def may_try(self) -> bool:
        return self.pushed.state != PushState.READ


class PushesView(OperatorsOnly, WagtailAdminTemplateMixin, TemplateView):
    """The newest first; of one state where the address says so."""

    template_name = "earnings/pushes.html"
    page_title = _lazy("Messages of networks")
    header_icon = "mail"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        state = self.request.GET.get("state", "")
        found = PushedOrder.objects.order_by("-received_at", "-pk")
        found = found.filter(state=state) if state in PushState.values else found
        page = WagtailPaginator(found, PER_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(
            page=page,
            elided_page_range=page.paginator.get_elided_page_range(page.number),
            rows=rows_of(list(page.object_list)),
            counts=[(key, STATES[key], number) for key, number in pushes.by_state().items()],
            chosen=state,
            **kwargs,
        )

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        up = {"url": reverse("earnings:everybody"), "label": _("All earnings")}
        return [*self.breadcrumbs_items, up, {"url": "", "label": self.page_title}]


class TryView(OperatorsOnly, View):
    """POST only: read one order now."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = get_object_or_404(PushedOrder, pk=pk)
        if row.state == PushState.READ:
            messages.warning(request, _("It was found already. Nothing was changed."))
        elif pushes.try_now(pk):
            messages.success(request, _("Found: order %(number)s was read.") % {"number": row.order_id})
        else:
            row.refresh_from_db()
            words = {"number": row.order_id, "problem": PROBLEMS.get(row.problem, OTHER)}
            messages.warning(request, _("Order %(number)s was not found. %(problem)s") % words)
        return redirect("earnings:pushes")


def rows_of(found: list[PushedOrder]) -> list[Row]:
    """The rows made ready, with their order lines in one query."""
    orders = Order.objects.filter(order_id__in={row.order_id for row in found})
    lines = {(network, number): pk for network, number, pk in orders.values_list("network", "order_id", "pk")}
    now = timezone.now()
    return [_row(row, lines.get((row.network, row.order_id)), now) for row in found]


def _row(row: PushedOrder, line: int | None, now: datetime) -> Row:
    key = _key(row)
    waits = row.state == PushState.WAITING
    return Row(
        pushed=row,
        network=connections.network_name(row.network),
        key=key,
        state=str(STATES[key]),
        problem=str(PROBLEMS.get(row.problem, OTHER)),
        line=line,
        next_try_at=max(row.next_try_at, now) if waits else None,
    )


def _key(row: PushedOrder) -> str:
    if row.state == PushState.WAITING and not row.tries and not row.problem:
        return "taken"
    return "unreadable" if row.state == PushState.READ and row.problem else row.state
