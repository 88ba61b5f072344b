"""The board in the menu, and a menu without what a role cannot use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.action_menu import CancelWorkflowMenuItem
from wagtail.admin.menu import MenuItem

from content.moderation.admin.ads import may_view
from content.moderation.board import may_feature
from content.moderation.privacy import POLICY


class BoardMenuItem(MenuItem):
    """Only for those who may feature."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_feature(request.user)


class AdsMenuItem(MenuItem):
    """Only for those who may read the file."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_view(request.user)


class WithdrawMenuItem(CancelWorkflowMenuItem):
    """Wagtail's "cancel workflow" in the words of a writer: their post is locked until they take it back."""

    label = _("Withdraw and edit")
    icon_name = "undo"


NOT_FOR_WRITERS = frozenset({"reports", "help", "documents", "snippets"})


def shorten(request: HttpRequest, items: list[MenuItem]) -> None:
    """Leave out what is of no use to somebody who only writes."""
    if POLICY.only_adds(request.user):
        items[:] = [item for item in items if item.name not in NOT_FOR_WRITERS]


def offer_withdrawal(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Put our words in the place of Wagtail's for those who cannot approve."""
    page = context.get("page")
    if page is None or page.owner_id != request.user.pk or not POLICY.only_adds(request.user):
        return
    items[:] = [WithdrawMenuItem(item.order) if isinstance(item, CancelWorkflowMenuItem) else item for item in items]
