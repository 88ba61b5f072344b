"""An agency's money, on the site's own pages: its members do not enter the admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from affiliate.earnings import agency as reading
from affiliate.earnings.amounts import plain_amount
from affiliate.earnings.csv_file import harmless, streamed
from affiliate.earnings.models import Order
from affiliate.earnings.split import plan_in_force
from affiliate.people.api import Agency, may_view_commission

PER_PAGE, AT_ONCE = 50, 500


@never_cache
@login_required
@require_safe
def earnings(request: HttpRequest) -> HttpResponse:
    """What the agency holds now, what each of its authors brought in a month, and the lines behind it."""
    agencies, agency = _asked(request)
    month, state = _filter(request)
    page = Paginator(reading.lines(agency, month=month, state=state), PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "agencies": agencies,
        "agency": agency,
        "standing": reading.standing(agency),
        "plan": plan_in_force(timezone.now()),
        "totals": reading.totals(agency, month=month),
        "page": page,
        "lines": reading.read(agency, page.object_list),
        "month": month,
        "months": reading.months(timezone.localdate()),
        "state": state,
        "states": reading.states().items(),
    }
    return render(request, "earnings/agency.html", context)


@never_cache
@login_required
@require_safe
def file(request: HttpRequest) -> StreamingHttpResponse:
    """The same lines, all of them."""
    _agencies, agency = _asked(request)
    month, state = _filter(request)
    rows = _file_rows(agency, reading.lines(agency, month=month, state=state))
    return streamed(rows, f"agency-{month or timezone.localdate().isoformat()}.csv")


def _asked(request: HttpRequest) -> tuple[list[Agency], Agency]:
    """The agencies of who asks, and the one that is asked for. 404 for what is not theirs, as for what is not there."""
    if not may_view_commission(request.user):
        raise PermissionDenied
    mine = list(Agency.objects.filter(members=request.user.pk).order_by("name"))
    asked = request.GET.get("agency", "")
    found = [agency for agency in mine if str(agency.pk) == asked] if asked else mine
    if not found:
        raise Http404
    return mine, found[0]


def _filter(request: HttpRequest) -> tuple[str, str]:
    """Month and state; this month where none was asked for, and no filter where `all` was."""
    month = request.GET.get("month") or reading.months(timezone.localdate())[0]
    return (month if reading.MONTH.fullmatch(month) else ""), request.GET.get("state", "")


def _file_rows(agency: Agency, orders: QuerySet[Order]) -> Iterator[list[str]]:
    yield [
        _("Placed"),
        _("Author"),
        _("Shop"),
        _("Product"),
        _("Post"),
        _("Currency"),
        _("Commission"),
        _("Author's share"),
        _("Agency's share"),
        _("Taken back from the agency"),
        _("Plan"),
        _("State"),
    ]
    waiting: list[Order] = []
    for order in orders.iterator(chunk_size=AT_ONCE):
        waiting.append(order)
        if len(waiting) >= AT_ONCE:
            yield from map(_cells, reading.read(agency, waiting))
            waiting.clear()
    yield from map(_cells, reading.read(agency, waiting))


def _cells(line: Any) -> list[str]:
    order, plan = line.order, line.order.conversion.plan
    amounts = (order.commission_minor, line.shares.author, line.shares.agency, -line.agency_reversed_minor)
    return [
        timezone.localtime(order.placed_at).strftime("%Y-%m-%d %H:%M:%S"),
        *(harmless(text) for text in (line.author, line.network, line.title, line.page, order.currency)),
        *(plain_amount(minor, order.currency) for minor in amounts),
        f"v{plan.version}",
        harmless(str(line.state)),
    ]
