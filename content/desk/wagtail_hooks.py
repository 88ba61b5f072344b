"""Registrations of the room in Wagtail's admin."""

from __future__ import annotations

from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.admin.auth import require_admin_access

from content.desk.admin import links, notes, panels, picker

hooks.register("construct_homepage_panels", panels.add_desk)
hooks.register("before_edit_page", notes.show_note)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    views = [
        ("desk/resolve/", picker.resolve, "desk_resolve"),
        ("desk/links/<int:page_id>/", links.links, "desk_links"),
        ("desk/items/", picker.items, "desk_items"),
        ("desk/items/<int:item_id>/hand/", picker.by_hand, "desk_by_hand"),
    ]
    return [path(route, require_admin_access(view), name=name) for route, view, name in views]
