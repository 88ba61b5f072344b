"""Registrations of the room in Wagtail's admin."""

from __future__ import annotations

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.auth import require_admin_access

from content.moderation.admin import ads, board, checking, guards, stopping
from content.moderation.admin.menu import AdsMenuItem, BoardMenuItem, offer_withdrawal, shorten

hooks.register("construct_main_menu", shorten)
hooks.register("construct_page_action_menu", offer_withdrawal)
hooks.register("construct_page_chooser_queryset", guards.chooser)
hooks.register("before_create_page", guards.only_posts)
hooks.register("before_edit_page", checking.show_findings)
hooks.register("before_edit_page", stopping.before_edit)
hooks.register("before_publish_page", stopping.before_publish)
hooks.register("before_bulk_action", stopping.before_bulk)
hooks.register("insert_editor_js", checking.editor_script)
for moment in ("before_copy_page", "before_move_page", "before_delete_page"):
    hooks.register(moment, guards.only_own)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    views = [
        ("featured/", board.show, "moderation_board"),
        ("featured/add/", board.feature, "moderation_feature"),
        ("featured/<int:slot_id>/move/", board.move, "moderation_move"),
        ("featured/<int:slot_id>/take-off/", board.take_off, "moderation_take_off"),
        ("checks/", checking.check_now, "moderation_check"),
        ("checks/<int:page_id>/", stopping.let_pass_view, "moderation_let_pass"),
        ("advertising/", ads.listing, "moderation_ads"),
        ("advertising/table.csv", ads.table, "moderation_ads_table"),
        ("advertising/<int:record_id>/", ads.one, "moderation_ad"),
    ]
    return [path(route, require_admin_access(view), name=name) for route, view, name in views]


@hooks.register("register_admin_menu_item")
def board_in_menu() -> BoardMenuItem:
    return BoardMenuItem(_("Featured board"), reverse("moderation_board"), name="featured", icon_name="pick", order=150)


@hooks.register("register_admin_menu_item")
def ads_in_menu() -> AdsMenuItem:
    return AdsMenuItem(_("Advertising file"), reverse("moderation_ads"), name="ads", icon_name="doc-full", order=155)
