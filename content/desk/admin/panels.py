"""The writer's desk on the first screen of the admin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail.admin.ui.components import Component

from content.desk.posts import desk_of
from content.pages.api import ChannelPage


class DeskPanel(Component):
    """My drafts, what editors sent back, what they are reading, and what is live with its clicks."""

    name = "zc_desk"
    template_name = "desk/panel.html"

    def __init__(self, order: int) -> None:
        self.order = order

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        request = parent_context["request"]
        return {"desk": desk_of(request.user), "channels": ChannelPage.objects.live().order_by("path")}


def add_desk(request: HttpRequest, panels: list[Component]) -> None:
    """For everybody who may write."""
    from content.moderation.api import POLICY

    if POLICY.user_has_permission(request.user, "add"):
        # What waits for an editor stands above what they write themselves.
        panels.append(DeskPanel(order=50 if POLICY.only_adds(request.user) else 240))
    if POLICY.only_adds(request.user):
        # Wagtail's own lists of the same things would stand there twice.
        twice = {"user_objects_in_workflow_moderation", "recent_edits", "locked_pages"}
        panels[:] = [panel for panel in panels if getattr(panel, "name", "") not in twice]
