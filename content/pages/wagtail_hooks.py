"""Registrations of the room in Wagtail."""

from __future__ import annotations

from wagtail import hooks


@hooks.register("register_image_operations")
def image_operations() -> list[tuple[str, type]]:
    """Loaded when a size is made, not by a process that only serves readers."""
    from content.pages.share_label import AdLabelOperation

    return [("adlabel", AdLabelOperation)]
