"""The earnings page: three figures, why they moved, and order lines by filter; as a file exactly what is shown."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from affiliate.connections import api as connections
from affiliate.earnings.admin.access import OperatorsOnly, own_author, sees_everybody, sees_own
from affiliate.earnings.admin.rows import file_rows, rows_of
from affiliate.earnings.admin.summary import summaries, why
from affiliate.earnings.csv_file import streamed
from affiliate.earnings.lines import lines_of
from affiliate.earnings.models import LineStateChoice, Order
from affiliate.earnings.split import plan_in_force
from affiliate.networks.api import registry
from affiliate.people.api import Author
from affiliate.tracking import api as tracking

PER_PAGE = 50


class LinesView(WagtailAdminTemplateMixin, TemplateView):
    """An author's own lines. An operator without lines of their own is shown everybody's."""

    template_name = "earnings/lines.html"
    page_title = _("Earnings")
    header_icon = "form"
    everybody = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.author = self.whose(request)
        self.filters = {name: request.GET.get(name, "") for name in ("state", "network", "author")}
        if request.GET.get("export") == "csv":
            return self.as_file()
        return self.render_to_response(self.get_context_data())

    def whose(self, request: HttpRequest) -> Author | None:
        if sees_own(request.user):
            return own_author(request)
        if sees_everybody(request.user):
            self.everybody = True
            return None
        raise PermissionDenied

    def lines(self) -> QuerySet[Order]:
        """The lines that the filter leaves. An unknown value of a filter filters nothing."""
        state, network = self.filters["state"], self.filters["network"]
        lines = lines_of(self.author, network=network if network in registry.ADAPTERS else "")
        if state == "held":
            return lines.exclude(held_reason="")
        if state in LineStateChoice.values:
            return lines.filter(state=state, held_reason="")
        return lines

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = WagtailPaginator(self.lines(), PER_PAGE).get_page(self.request.GET.get("p"))
        found = summaries(self.author)
        return super().get_context_data(
            everybody=self.everybody,
            operator=sees_everybody(self.request.user),
            author=self.author,
            plan=plan_in_force(timezone.now()) if self.author and self.author.agency_id else None,
            codes=tracking.author_codes.live_of(self.author) if self.author else [],
            summaries=found,
            why=why(self.author, found),
            page=page,
            elided_page_range=page.paginator.get_elided_page_range(page.number),
            rows=rows_of(list(page.object_list)),
            filters=self.filters,
            states=[*LineStateChoice.choices, ("held", _("held"))],
            networks=[(slug, connections.network_name(slug)) for slug in registry.slugs()],
            **kwargs,
        )

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": reverse("earnings:lines"), "label": self.page_title}]

    def as_file(self) -> StreamingHttpResponse:
        """The lines of all pages of what is shown."""
        rows = file_rows(self.lines().iterator(chunk_size=500))
        return streamed(rows, f"earnings-{timezone.localdate():%Y%m%d}.csv")


class EverybodyView(OperatorsOnly, LinesView):
    """The operator's twin: all authors' lines, or one's by `?author=<handle>`."""

    page_title = _("All earnings")
    everybody = True

    def whose(self, request: HttpRequest) -> Author | None:
        handle = request.GET.get("author", "")
        return Author.objects.filter(handle=handle).first() if handle else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(authors=Author.objects.order_by("name"), **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": reverse("earnings:everybody"), "label": self.page_title}]
