"""Income by quarter in the admin: an author's own page with the tax identity, and the operators' with the file."""

from __future__ import annotations

import csv
import io
import logging
from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from affiliate.earnings import income
from affiliate.earnings.admin.access import OperatorsOnly, own_author
from affiliate.earnings.amounts import plain_amount, shown_amount
from affiliate.earnings.csv_file import harmless
from affiliate.earnings.identity_numbers import is_card_number, is_credit_code, is_grown_up
from affiliate.earnings.income_models import IncomeRecord, PersonKind, TaxIdentity
from affiliate.people.api import Author, ConsentKind, User, consent_in_force, give_consent, withdraw_consent

log = logging.getLogger("zhongcao.earnings")

REPORT = "earnings.report_income"
WORDING = "2026-11"
"""Version of the sentence beside the tick. A new sentence needs a new version."""
SHOWN_QUARTERS = 12


class IdentityForm(forms.Form):
    """Who the author is to the tax office. What was entered is never sent to the browser again."""

    kind = forms.ChoiceField(label=_lazy("You earn as"), choices=PersonKind.choices)
    name = forms.CharField(label=_lazy("Name as on the identity card or licence"), max_length=100)
    number = forms.CharField(
        label=_lazy("Identity number or credit code (18 characters)"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    consent = forms.BooleanField(
        label=_lazy(
            "I agree that name and number are kept, encrypted, for the quarterly tax report and for nothing else. "
            "I can take this back; what was reported is kept for ten years."
        )
    )

    def clean_number(self) -> str:
        return "".join(self.cleaned_data["number"].split()).upper()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        number, kind = cleaned.get("number", ""), cleaned.get("kind")
        if number and kind == PersonKind.PERSON:
            if not is_card_number(number):
                self.add_error("number", _("This is not an identity number. Look at each of its 18 characters."))
            elif not is_grown_up(number, timezone.localdate()):
                self.add_error("number", _("Who is younger than 18 cannot earn here."))
        elif number and not is_credit_code(number):
            self.add_error("number", _("This is not a unified social credit code. Look at each of its 18 characters."))
        return cleaned


@transaction.atomic
def keep_identity(author: Author, user: Any, kind: str, name: str, number: str) -> None:
    """Keep it with the consent. The same again is no correction."""
    give_consent(user, ConsentKind.TAX_IDENTITY, WORDING)
    secret = {"name": " ".join(name.split()), "number": number}
    standing = TaxIdentity.objects.select_for_update().filter(author=author).first()
    if standing is None:
        TaxIdentity.objects.create(author=author, kind=kind, secret=secret)
    elif (standing.kind, standing.secret) != (kind, secret):
        standing.kind, standing.secret, standing.version = kind, secret, standing.version + 1
        standing.save()


@transaction.atomic
def withdraw_identity(author: Author, user: Any) -> bool:
    """End the consent. True where the identity could go as well: nothing was recorded that needs it."""
    withdraw_consent(user, ConsentKind.TAX_IDENTITY)
    if author.income_records.exists():
        return False
    TaxIdentity.objects.filter(author=author).delete()
    return True


class TaxView(WagtailAdminTemplateMixin, TemplateView):
    """An author's own income records and tax identity."""

    template_name = "earnings/tax.html"
    page_title = _lazy("Income and tax")
    header_icon = "form"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.author = own_author(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        identity = TaxIdentity.objects.filter(author=self.author).only("kind", "updated_at").first()
        kwargs.setdefault("form", IdentityForm())
        return super().get_context_data(
            identity=identity,
            consent=consent_in_force(cast(User, self.request.user), ConsentKind.TAX_IDENTITY),
            rows=rows_of(self.author.income_records.order_by("-quarter", "currency", "-version")),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("withdraw"):
            if withdraw_identity(self.author, request.user):
                messages.success(request, _("Taken back. Name and number are deleted."))
            else:
                messages.warning(request, _("Taken back. What was reported must be kept for ten years."))
            return redirect("earnings:tax")
        form = IdentityForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        data = form.cleaned_data
        keep_identity(self.author, request.user, data["kind"], data["name"], data["number"])
        messages.success(request, _("Kept, encrypted. It is never shown again."))
        return redirect("earnings:tax")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]


class IncomeView(OperatorsOnly, WagtailAdminTemplateMixin, TemplateView):
    """One quarter of all authors. Names and numbers are in the file alone, for those with a permission of its own."""

    template_name = "earnings/income.html"
    page_title = _lazy("Income by quarter")
    header_icon = "form"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        choices = quarters(timezone.localdate())
        asked = request.GET.get("quarter", "")
        self.quarter = asked if asked in choices else choices[0]
        if request.GET.get("export") == "csv":
            return self.as_file(request)
        records = income.latest(self.quarter).values()
        known = set(TaxIdentity.objects.filter(author__in=[r.author_id for r in records]).values_list("author_id"))
        context = self.get_context_data(
            quarter=self.quarter,
            quarters=choices,
            rows=rows_of(records, {pk for (pk,) in known}),
            may_report=request.user.has_perm(REPORT),
        )
        return self.render_to_response(context)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Count the quarter again."""
        quarter = request.POST.get("quarter", "")
        try:
            number = income.record_quarter(quarter)
        except income.NotAQuarter:
            messages.error(request, _("This quarter is not over yet. Nothing was recorded."))
            return redirect("earnings:income")
        messages.success(request, _("Counted. New or corrected records: %(number)s.") % {"number": number})
        return redirect(f"{reverse('earnings:income')}?quarter={quarter}")

    def as_file(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(REPORT):
            raise PermissionDenied
        log.info("The income file of %s was handed to user %s.", self.quarter, request.user.pk)
        answer = HttpResponse(file_of(self.quarter), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="income-{self.quarter}.csv"'
        answer["Cache-Control"] = "no-store"
        return answer

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]


def quarters(today: date) -> list[str]:
    """The last ones that are over, the newest first."""
    found = [income.quarter_before(today)]
    while len(found) < SHOWN_QUARTERS:
        found.append(income.quarter_before(income.bounds(found[-1])[0].date()))
    return found


def rows_of(records: Any, known: set[int] | None = None) -> list[dict[str, Any]]:
    """Records with their amounts written out."""
    return [
        {
            "record": record,
            "author": record.author.name,
            "gross": shown_amount(record.gross_minor, record.currency),
            "refunds": shown_amount(record.refunds_minor, record.currency),
            "net": shown_amount(record.net_minor, record.currency),
            "known": known is not None and record.author_id in known,
        }
        for record in records
    ]


def file_of(quarter: str) -> str:
    """The newest version of every record, as CSV that spreadsheets read as UTF-8."""
    identities = {identity.author_id: identity for identity in TaxIdentity.objects.all()}
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(
        [
            *(_("Quarter"), _("Version"), _("Author"), _("Earns as"), _("Name"), _("Number"), _("Kind of income")),
            *(_("Currency"), _("Gross"), _("Taken back"), _("Net"), _("Order lines")),
        ]
    )
    records: list[IncomeRecord] = sorted(income.latest(quarter).values(), key=lambda one: (one.author_id, one.currency))
    for record in records:
        identity = identities.get(record.author_id)
        secret = identity.secret if identity else {}
        amounts = (record.gross_minor, record.refunds_minor, record.net_minor)
        # The number as text: a spreadsheet would round its last digits.
        number = f"\t{secret['number']}" if secret else ""
        who = [record.author.handle, identity.get_kind_display() if identity else "", harmless(secret.get("name", ""))]
        writer.writerow(
            [
                *(record.quarter, record.version, *who, number, record.get_kind_display(), record.currency),
                *(plain_amount(minor, record.currency) for minor in amounts),
                record.lines,
            ]
        )
    return out.getvalue()
