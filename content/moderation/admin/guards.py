"""Rules about pages that Wagtail's permissions cannot say."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.models import Page

from content.moderation.privacy import POLICY, choosable
from content.pages.api import Post


def only_posts(request: HttpRequest, _parent: Page, page_class: type[Page]) -> None:
    """Writers add posts; channels are the editors'."""
    if POLICY.only_adds(request.user) and not issubclass(page_class, Post):
        raise PermissionDenied


def only_own(request: HttpRequest, page: Page, *_args: Any) -> None:
    """Writers touch nothing that belongs to somebody else."""
    if POLICY.only_adds(request.user) and page.owner_id != request.user.pk:
        raise PermissionDenied


def chooser(pages: QuerySet[Page], request: HttpRequest) -> QuerySet[Page]:
    """The page chooser shows no drafts of others."""
    return choosable(pages, request.user)
