"""The readers' search page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from content.pages.api import ChannelPage
from content.search.results import answer


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """`/search/?q=…&page=…`: never an error, whatever was typed."""
    number = request.GET.get("page", "1")[:6]
    page = int(number) if number.isascii() and number.isdigit() else 1
    found = answer(request.GET.get("q", "")[:1000], page, timezone.now())
    channels = list(ChannelPage.objects.live().public().order_by("path")) if not found.results else []
    return render(request, "search/results.html", {"answer": found, "channels": channels})
