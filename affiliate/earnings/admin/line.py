"""One order line: the chain from order to page, how it was split, and everything that was said and posted about it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from affiliate.earnings.admin.access import may_open, sees_everybody, sees_own
from affiliate.earnings.admin.rows import Row, rows_of
from affiliate.earnings.admin.rule import in_words
from affiliate.earnings.amounts import shown_amount
from affiliate.earnings.lines import lines_of
from affiliate.earnings.models import LedgerEntry, LineStateChoice, NetworkEvent
from affiliate.earnings.readings import from_json
from affiliate.people.api import Author, author_of


class LineView(WagtailAdminTemplateMixin, TemplateView):
    """404 for a line that is not one's own, as for one that does not exist."""

    template_name = "earnings/line.html"
    header_icon = "form"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        if not may_open(user):
            raise PermissionDenied
        self.operator = sees_everybody(user)
        own = author_of(user) if sees_own(user) else None
        order = lines_of(None if self.operator else own).filter(pk=self.kwargs["pk"]).first()
        if order is None:
            raise Http404
        self.row = rows_of([order])[0]
        return super().get_context_data(
            row=self.row,
            order=order,
            operator=self.operator,
            reports=self._reports(),
            entries=self._entries(),
            split=self._split(),
            code_rule=in_words(order) if order.coupon_code and order.merchant else "",
            authors=Author.objects.order_by("name") if self.operator else (),
            **kwargs,
        )

    def get_page_title(self) -> str:
        return _("Order %(number)s") % {"number": self.row.order.order_id}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        up = {"url": reverse("earnings:lines"), "label": _("Earnings")}
        return [*self.breadcrumbs_items, up, {"url": "", "label": self.get_page_title()}]

    def _reports(self) -> list[dict[str, Any]]:
        """What the network said, in the order we heard it."""
        order = self.row.order
        events = NetworkEvent.objects.filter(network=order.network, line_id=order.line_id).order_by("received_at", "pk")
        reports = []
        for event in events:
            line = from_json(event.reading, event.raw)
            settled = line.settled_commission_minor
            commission = line.estimated_commission_minor if settled is None else settled
            reports.append(
                {
                    "received_at": event.received_at,
                    "changed_at": line.updated_at,
                    "channel": event.get_channel_display(),
                    "state": LineStateChoice(line.state.value).label,
                    "state_key": line.state.value,
                    "word": line.network_state,
                    "amount": shown_amount(line.amount_minor, line.currency),
                    "commission": shown_amount(commission, line.currency),
                    "estimated": settled is None,
                    "fee": shown_amount(line.service_fee_minor, line.currency) if line.service_fee_minor else "",
                }
            )
        return reports

    def _entries(self) -> list[dict[str, Any]]:
        """What the book says: an operator sees all, an author what touches their own accounts."""
        entries = LedgerEntry.objects.filter(order=self.row.order).select_related("debit", "credit").order_by("pk")
        notes = {"accrual": _("credited"), "move": _("moved on"), "reversal": _("taken back")}
        return [
            {
                "posted_at": entry.posted_at,
                "note": notes.get(entry.note, entry.note),
                "source": entry.debit.get_kind_display(),
                "goal": entry.credit.get_kind_display(),
                "amount": shown_amount(
                    -entry.amount_minor if entry.note == "reversal" else entry.amount_minor, entry.currency
                ),
                "reversal": entry.note == "reversal",
            }
            for entry in entries
            if self.operator or entry.debit.author_id or entry.credit.author_id
        ]

    def _split(self) -> list[tuple[str, str, str]]:
        """Each party with its parts and what the book holds for it now."""
        row: Row = self.row
        if row.conversion is None:
            return []
        plan, currency = row.conversion.plan, row.order.currency
        agency_parts = plan.agency_parts if row.conversion.agency_id else 0
        parties = [
            (_("the author"), plan.author_parts - agency_parts, row.shares.author),
            (_("the site"), plan.site_parts, row.shares.site),
        ]
        if row.conversion.agency_id:
            parties.insert(1, (_("the agency"), agency_parts, row.shares.agency))
        return [(name, str(parts), shown_amount(minor, currency)) for name, parts, minor in parties]
