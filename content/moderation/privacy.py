"""Drafts are private: who may only add pages sees their own and the channels, and no unpublished work of others.

Wagtail asks one policy wherever it lists pages (explorer, search, reports, usage by type, its API), so the rule stands
there once; choosers ask nobody and get it by a hook.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet
from wagtail.admin.views.reports.page_types_usage import PageTypesUsageReportView
from wagtail.models import Page
from wagtail.models.pages import AbstractPage
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import register_permission_policy

from content.pages.api import ChannelPage, HomePage


class PrivateDrafts(PagePermissionPolicy):
    """Wagtail's policy, with listings narrowed for those who may only add."""

    def only_adds(self, user: Any) -> bool:
        """Whether all that this user may do with pages is to add their own."""
        if not user.is_active or user.is_superuser:
            return False
        actions = {row.permission.codename.split("_")[0] for row in self.get_cached_permissions_for_user(user)}
        return actions == {"add"}

    def explorable_instances(self, user: Any) -> QuerySet[Page]:
        pages: QuerySet[Page] = super().explorable_instances(user)
        if not self.get_cached_permissions_for_user(user) and not user.is_superuser:
            return pages.none()
        return pages.filter(Q(owner=user) | structure()) if self.only_adds(user) else pages


POLICY = PrivateDrafts()


def structure() -> Q:
    """What belongs to nobody: the root, the front page, the channels."""
    kinds = [model._meta.label_lower.split(".") for model in (HomePage, ChannelPage)]
    by_kind = Q(depth=1)
    for app, model in kinds:
        by_kind |= Q(content_type__app_label=app, content_type__model=model)
    return by_kind


def choosable(pages: QuerySet[Page], user: Any) -> QuerySet[Page]:
    """What a writer may link to: besides their own, what readers see, as long as its draft has no other title."""
    if not POLICY.only_adds(user):
        return pages
    allowed = Page.objects.filter(Q(owner=user) | structure() | Q(live=True, draft_title=F("title")))
    # A subquery, because search backends understand no other filter over related tables.
    return pages.filter(pk__in=allowed.values_list("pk", flat=True))


def register() -> None:
    """In place of Wagtail's policy, before anything has asked for it."""
    register_permission_policy(AbstractPage, POLICY)
    # This report names the page of each type that was edited last, whoever's draft it is.
    PageTypesUsageReportView.any_permission_required = ["publish"]
