"""Order lines that lead to nobody, and the one action by which a person gives a line to an author."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views import View
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from affiliate.earnings.admin.access import OperatorsOnly
from affiliate.earnings.admin.lines import PER_PAGE
from affiliate.earnings.admin.rows import rows_of
from affiliate.earnings.crediting import assign
from affiliate.earnings.lines import unattributed
from affiliate.earnings.models import Order
from affiliate.people.api import Author


class AssignForm(forms.Form):
    """Which author a line is given to."""

    author = forms.ModelChoiceField(Author.objects.order_by("name"))


class QueueView(OperatorsOnly, WagtailAdminTemplateMixin, TemplateView):
    """The newest first."""

    template_name = "earnings/queue.html"
    page_title = _lazy("Unattributed orders")
    header_icon = "help"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = WagtailPaginator(unattributed(), PER_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(
            page=page,
            elided_page_range=page.paginator.get_elided_page_range(page.number),
            rows=rows_of(list(page.object_list)),
            authors=list(Author.objects.order_by("name")),
            **kwargs,
        )

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        up = {"url": reverse("earnings:everybody"), "label": _("All earnings")}
        return [*self.breadcrumbs_items, up, {"url": "", "label": self.page_title}]


class AssignView(OperatorsOnly, View):
    """POST only: credit the line to the chosen author."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = get_object_or_404(Order, pk=pk)
        form = AssignForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Choose an author. Nothing was changed."))
            return redirect("earnings:queue")
        conversion = assign(order.pk, form.cleaned_data["author"], request.user)  # type: ignore[arg-type]
        messages.success(
            request,
            _("Order %(number)s is credited to %(author)s now.")
            % {"number": order.order_id, "author": conversion.author.name},
        )
        return (
            redirect("earnings:line", pk=order.pk) if request.POST.get("back") == "line" else redirect("earnings:queue")
        )
