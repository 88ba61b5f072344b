"""The advertising file for operators and editors: a list, one record whole, and a table to hand over.

What was known of the commission is shown to those alone who may see commission.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from affiliate.people.api import may_view_commission
from content.moderation.checks import Finding
from content.moderation.models import AdRecord
from content.moderation.overrides import overrides_of

VIEW = "moderation.view_adrecord"
A_PAGE = 50
COLUMNS = (
    "id",
    "page",
    "revision",
    "title",
    "url",
    "label",
    "author",
    "from",
    "until",
    "shops",
    "products",
    "ai_use",
    "findings",
    "rules",
    "approved_by",
    "reason",
    "written_afterwards",
    "content_hash",
    "snapshot",
)


def may_view(user: Any) -> bool:
    """Whether the file may be shown to this user."""
    return bool(user.is_authenticated and user.has_perm(VIEW))


def file_readers_only(view: Any) -> Any:
    """403 for everybody else, and no copy in any cache."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_view(request.user):
            raise PermissionDenied
        answer: HttpResponse = view(request, *args, **kwargs)
        return answer

    return never_cache(require_GET(guarded))


def asked_for(request: HttpRequest) -> QuerySet[AdRecord]:
    """The records that the words and the state in the address ask for."""
    found = AdRecord.objects.select_related("run").defer("snapshot")
    words = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    if words:
        found = found.filter(Q(title__icontains=words) | Q(author_name__icontains=words) | Q(url__icontains=words))
    state = request.GET.get("state", "")
    if state == "live":
        return found.filter(shown_until=None)
    return found.exclude(shown_until=None) if state == "ended" else found


@file_readers_only
def listing(request: HttpRequest) -> HttpResponse:
    page = Paginator(asked_for(request), A_PAGE).get_page(request.GET.get("p"))
    context = {
        "page": page,
        "words": request.GET.get("q", ""),
        "state": request.GET.get("state", ""),
        "query": request.GET.urlencode(),
    }
    return render(request, "moderation/ads.html", context)


@file_readers_only
def one(request: HttpRequest, record_id: int) -> HttpResponse:
    record = get_object_or_404(AdRecord.objects.select_related("run"), pk=record_id)
    sees_money = may_view_commission(request.user)
    terms = {row["code"]: row for row in record.terms} if sees_money else {}
    context = {
        "record": record,
        "findings": findings_of(record),
        "overrides": overrides_of(record.page_id),
        "products": [{**row, "terms": terms.get(row["code"])} for row in record.products],
        "sees_money": sees_money,
        "others": AdRecord.objects.filter(page_id=record.page_id).exclude(pk=record.pk).defer("snapshot")[:A_PAGE],
    }
    return render(request, "moderation/ad.html", context)


@file_readers_only
def table(request: HttpRequest) -> StreamingHttpResponse:
    """Everything that was asked for, line by line, as spreadsheets read it."""
    records = asked_for(request).defer(None).select_related("run").iterator(chunk_size=200)
    response = StreamingHttpResponse(
        lines(records, may_view_commission(request.user)), content_type="text/csv; charset=utf-8"
    )
    name = f"advertising-file-{timezone.localdate():%Y%m%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class _Echo:
    """What csv writes into hands the line back."""

    def write(self, line: str) -> str:
        return line


def lines(records: Any, sees_money: bool) -> Iterator[str]:
    """A CSV with a mark at its start, without which spreadsheets take Chinese for something else."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow([*COLUMNS, *(["terms"] if sees_money else [])])
    for record in records:
        yield writer.writerow([harmless(cell) for cell in row(record, sees_money)])


def row(record: AdRecord, sees_money: bool) -> list[Any]:
    """One record as a line."""
    run = record.run
    cells = [
        record.pk,
        record.page_id,
        record.revision_id,
        record.title,
        record.url,
        record.label,
        record.author_name,
        record.shown_from.isoformat(timespec="seconds"),
        record.shown_until.isoformat(timespec="seconds") if record.shown_until else "",
        " / ".join(dict.fromkeys(f"{one['network']}:{one['shop']}" for one in record.products)),
        " / ".join(f"{one['title']} ({one['network']}:{one['item']})" for one in record.products),
        record.ai_use,
        " / ".join(f"{one['rule']}:{one['word']}" for one in run.findings) if run else "",
        run.rules if run else "",
        record.approved_by,
        run.reason if run else "",
        "1" if record.written_afterwards else "",
        record.content_hash,
        record.snapshot,
    ]
    if sees_money:
        cells.append(" / ".join(f"{one['code']} {one['rate_bp']} {one['commission_minor']}" for one in record.terms))
    return cells


def harmless(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def findings_of(record: AdRecord) -> list[Finding]:
    """What the check found, ready to be read."""
    return [Finding(**row) for row in record.run.findings] if record.run else []
