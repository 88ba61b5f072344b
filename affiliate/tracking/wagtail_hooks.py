"""What tracking adds to Wagtail's admin."""

from __future__ import annotations

from wagtail import hooks

from affiliate.tracking.admin.app_rules import AppRuleViewSet
from affiliate.tracking.admin.slots import AdSlotViewSet


@hooks.register("register_admin_viewset")
def ad_slots() -> AdSlotViewSet:
    return AdSlotViewSet()


@hooks.register("register_admin_viewset")
def app_rules() -> AppRuleViewSet:
    return AppRuleViewSet()
