"""Channels are pages of the tree, but the feed draws them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.models import Page

from content.feed.views import listing
from content.pages.api import ChannelPage


@hooks.register("before_serve_page")
def draw_channel(page: Page, request: HttpRequest, _args: Any, _kwargs: Any) -> HttpResponse | None:
    """Answer a channel's address with its listing; every other page answers for itself."""
    return listing(request, page) if isinstance(page, ChannelPage) else None
