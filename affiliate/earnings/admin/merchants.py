"""Direct merchants for operators: all of them, and one with its orders, codes, messages and the way to send to us."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views import View
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from affiliate.catalog import api as catalog
from affiliate.connections.api import CodeRule, Merchant, MerchantMessage, overlap_ends
from affiliate.earnings import examples
from affiliate.earnings.admin.access import OperatorsOnly, sees_everybody
from affiliate.earnings.admin.code_forms import CodeForm
from affiliate.earnings.admin.console import ConsoleForm, Outcome, send
from affiliate.earnings.admin.rows import rows_of
from affiliate.earnings.admin.rule import RULES
from affiliate.earnings.lines import lines_of
from affiliate.earnings.models import Order
from affiliate.tracking import api as tracking

CHANGE = "connections.change_merchant"
ORDERS_SHOWN, CODES_SHOWN, MESSAGES_SHOWN = 20, 100, 20
EXAMPLES = Path(examples.__file__).parent


class MerchantsView(OperatorsOnly, WagtailAdminTemplateMixin, TemplateView):
    """All merchants with what a look should tell of each; a constant number of queries."""

    template_name = "earnings/merchants.html"
    page_title = _lazy("Direct merchants")
    header_icon = "pick"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(merchants=_with_figures(), **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]


class MerchantView(OperatorsOnly, WagtailAdminTemplateMixin, TemplateView):
    """One merchant. POST to it is a message of the test console."""

    template_name = "earnings/merchant.html"
    header_icon = "pick"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.merchant = get_object_or_404(_with_figures(), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        console = ConsoleForm(self.merchant, request.POST)
        outcome: Outcome | None = None
        if console.is_valid():
            outcome = send(self.merchant, console.cleaned_data)
        return self.render_to_response(
            self.get_context_data(console=console, outcome=outcome), status=422 if console.errors else 200
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        merchant = self.merchant
        orders = lines_of(network="direct").filter(merchant=merchant.slug)
        until = overlap_ends(merchant)
        defaults = {"console": ConsoleForm(merchant), "code_form": CodeForm()}
        context = {
            "merchant": merchant,
            "may_change": self.request.user.has_perm(CHANGE),
            "has_secret": bool((merchant.secret or {}).get("current")),
            "old_until": until if until and until > timezone.now() else None,
            "rule": RULES[CodeRule(merchant.code_rule)],
            "rate": f"{merchant.commission_rate_bp / 100:g}%",
            "rows": rows_of(list(orders[:ORDERS_SHOWN])),
            "codes": tracking.AuthorCode.objects.filter(merchant=merchant).select_related("author")[:CODES_SHOWN],
            "now": timezone.now(),
            "kept": MerchantMessage.objects.filter(merchant=merchant)[:MESSAGES_SHOWN],
            "feed": catalog.feed_summary(merchant),
            "site_url": settings.SITE_URL.rstrip("/"),
            "python": (EXAMPLES / "send_order.py").read_text(encoding="utf-8"),
            "curl": (EXAMPLES / "send_order.sh").read_text(encoding="utf-8"),
        }
        return super().get_context_data(**{**defaults, **context, **kwargs})

    def get_page_title(self) -> str:
        return self.merchant.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        up = {"url": reverse("earnings:merchants"), "label": _("Direct merchants")}
        return [*self.breadcrumbs_items, up, {"url": "", "label": self.merchant.name}]


class CodesView(OperatorsOnly, View):
    """POST only: give an author a code of this merchant, or end one."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        merchant = get_object_or_404(Merchant, pk=pk)
        if not request.user.has_perm(CHANGE):
            messages.error(request, _("You may see merchants, not change them. Nothing was changed."))
        elif "end" in request.POST:
            self._end(request, merchant)
        else:
            self._give(request, merchant)
        return redirect(reverse("earnings:merchant", args=[pk]) + "#codes")

    def _give(self, request: HttpRequest, merchant: Merchant) -> None:
        form = CodeForm(request.POST)
        code = form.give(merchant, request.user.get_username())
        if code is None:
            messages.error(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
            return
        said = _("The code %(code)s belongs to %(author)s from now on.")
        messages.success(request, said % {"code": code.code, "author": code.author.name})

    def _end(self, request: HttpRequest, merchant: Merchant) -> None:
        chosen = request.POST["end"]
        code = tracking.AuthorCode.objects.filter(merchant=merchant, pk=chosen if chosen.isdecimal() else 0).first()
        if code is None:
            messages.error(request, _("There is no such code. Nothing was changed."))
            return
        tracking.author_codes.end(code.pk)
        messages.success(
            request, _("The code %(code)s is over. Orders placed before now stay credited.") % {"code": code.code}
        )


def page_of(request: HttpRequest, merchant: Merchant) -> tuple[str, str, str] | None:
    """The way from a merchant's form to this page, for who may open it."""
    if not sees_everybody(request.user):
        return None
    return _("Orders, codes and test"), reverse("earnings:merchant", args=[merchant.pk]), "form"


def _with_figures() -> QuerySet[Merchant]:
    """Merchants with how many orders they told, how many of them lead to nobody, and when the last one was new."""

    def figure(what: Callable[[QuerySet[Any]], QuerySet[Any]], name: str) -> Subquery:
        told = Order.objects.filter(network="direct", merchant=OuterRef("slug")).order_by().values("merchant")
        return Subquery(what(told).values(name)[:1])

    codes = tracking.AuthorCode.objects.filter(merchant=OuterRef("pk"), closed_at=None).order_by().values("merchant")
    live = codes.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now())).annotate(number=Count("pk"))
    return Merchant.objects.annotate(
        orders=figure(lambda told: told.annotate(number=Count("pk")), "number"),
        lost=figure(lambda told: told.filter(conversion=None).annotate(number=Count("pk")), "number"),
        last_at=figure(lambda told: told.annotate(last=Max("first_seen_at")), "last"),
        live_codes=Subquery(live.values("number")[:1]),
    ).order_by("name", "pk")
