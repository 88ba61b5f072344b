"""Who may do what: groups with no more than each needs, made again whenever something of theirs is missing.

Writers see their own expected money and never publish; editors publish and feature and never see money; a category
editor does so in one channel alone; operators connect networks and settle, and do neither; support looks people up;
members of agencies see their authors, outside of the admin. What an operator gives a group beyond this stays.
"""

from __future__ import annotations

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from affiliate.people.api import (
    AGENCIES,
    CATEGORY_EDITORS,
    EDITORS,
    NEEDS_SECOND_FACTOR,
    OPERATORS,
    SUPPORT,
    VIEW_COMMISSION,
    WRITERS,
)
from content.moderation.workflow import ensure_channel_workflow, ensure_workflow
from content.pages.api import ChannelPage, HomePage

ROLES = (WRITERS, EDITORS, CATEGORY_EDITORS, OPERATORS, AGENCIES, SUPPORT)
FEATURE = "moderation.feature_posts"

_ADMIN = "wagtailadmin.access_admin"

GLOBAL: dict[str, tuple[str, ...]] = {
    WRITERS: (_ADMIN, VIEW_COMMISSION),
    EDITORS: (_ADMIN, FEATURE, "catalog.join_products", "moderation.view_adrecord", NEEDS_SECOND_FACTOR),
    CATEGORY_EDITORS: (_ADMIN, NEEDS_SECOND_FACTOR),
    AGENCIES: (VIEW_COMMISSION,),
    SUPPORT: (
        _ADMIN,
        NEEDS_SECOND_FACTOR,
        *(f"people.view_{model}" for model in ("author", "agency", "user", "application", "invitation")),
    ),
    OPERATORS: (
        _ADMIN,
        NEEDS_SECOND_FACTOR,
        VIEW_COMMISSION,
        "earnings.manage_earnings",
        "config.manage_mail",
        "config.manage_members",
        "moderation.view_adrecord",
        "catalog.join_products",
        *(f"connections.{action}_{model}" for action in ("view", "add", "change") for model in ("account", "merchant")),
        *(f"tracking.{action}_adslot" for action in ("view", "add", "change")),
        "connections.view_networkstate",
        "connections.change_networkstate",
        *(f"earnings.view_{model}" for model in ("order", "conversion", "ledgerentry", "networkevent")),
        *(f"earnings.{action}_{model}" for action in ("view", "add") for model in ("splitplan", "upload")),
        *(f"people.{action}_{model}" for action in ("view", "add", "change") for model in ("author", "agency", "user")),
        *(f"people.{action}_application" for action in ("view", "change")),
        *(f"people.{action}_invitation" for action in ("view", "add", "change")),
        "tracking.view_placement",
        "tracking.view_click",
        *(f"tracking.{action}_apprule" for action in ("view", "add", "change", "delete")),
    ),
}
ON_PAGES: dict[str, tuple[str, ...]] = {
    WRITERS: ("add_page",),
    EDITORS: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
}
ON_IMAGES: dict[str, tuple[str, ...]] = {
    WRITERS: ("add_image", "choose_image"),
    EDITORS: ("add_image", "change_image", "choose_image"),
    CATEGORY_EDITORS: ("add_image", "choose_image"),
}
IN_CHANNEL = ("add_page", "change_page", "publish_page")
"""What a category editor may do with the posts of their channel."""


def ensure_roles() -> None:
    """Make the groups, give them what they lack, and set the review up.

    What concerns pages waits until there is a front page. Running it again changes nothing.
    """
    _make_permission_rows()
    home = HomePage.objects.first()
    with transaction.atomic():
        _clear_the_groups_of_a_new_wagtail()
        for name in ROLES:
            group = _ensure_group(name, name)
            if home is not None:
                _give_on_pages(group, home, ON_PAGES.get(name, ()))
        if home is not None:
            ensure_workflow(home, Group.objects.get(name=EDITORS))
            for channel in ChannelPage.objects.order_by("pk"):
                ensure_category_editors(channel)


@transaction.atomic
def ensure_category_editors(channel: ChannelPage) -> Group:
    """The group that edits this channel alone, and a review of the channel in which it may decide beside the editors.

    The group is found again by its rights on the channel, whatever the channel or the group is called later.
    """
    publish = permissions(("wagtailcore.publish_page",))[0]
    rights = GroupPagePermission.objects.filter(
        page_id=channel.pk, permission=publish, group__name__startswith=f"{CATEGORY_EDITORS}: "
    )
    found = rights.select_related("group").first()
    group = _ensure_group(found.group.name if found else _free_name(channel), CATEGORY_EDITORS)
    _give_on_pages(group, channel, IN_CHANNEL)
    editors = Group.objects.filter(name=EDITORS).first()
    if editors is not None:
        ensure_channel_workflow(channel, [editors, group])
    return group


def _free_name(channel: ChannelPage) -> str:
    name = f"{CATEGORY_EDITORS}: {channel.slug}"
    return f"{name} {channel.pk}" if Group.objects.filter(name=name).exists() else name


def _ensure_group(name: str, role: str) -> Group:
    """The group with what its role needs everywhere. Whoever edits never sees commission."""
    group, _made = Group.objects.get_or_create(name=name)
    # Told to add what is there, some databases count on all the same: a restored copy would differ from its original.
    group.permissions.add(*set(permissions(GLOBAL[role])).difference(group.permissions.all()))
    if role in (EDITORS, CATEGORY_EDITORS):
        group.permissions.remove(*permissions((VIEW_COMMISSION,)))
    _give_on_images(group, ON_IMAGES.get(role, ()))
    return group


def permissions(names: tuple[str, ...]) -> list[Permission]:
    """The rows of `app.codename` names. Raises LookupError for a name that no room declares."""
    rows = {f"{row.content_type.app_label}.{row.codename}": row for row in _rows(names)}
    if missing := sorted(set(names) - set(rows)):
        raise LookupError(f"No such permissions: {', '.join(missing)}. Correct content/moderation/roles.py.")
    return [rows[name] for name in names]


def _rows(names: tuple[str, ...]) -> list[Permission]:
    apps_and_codes = [name.split(".", 1) for name in names]
    return list(
        Permission.objects.filter(
            content_type__app_label__in={app for app, _code in apps_and_codes},
            codename__in={code for _app, code in apps_and_codes},
        ).select_related("content_type")
    )


def _make_permission_rows() -> None:
    """Django makes them app by app after a migration; ours may be asked for before it is their turn."""
    for label in (
        "wagtailadmin",
        "wagtailcore",
        "wagtailimages",
        "people",
        "connections",
        "catalog",
        "tracking",
        "earnings",
    ):
        create_permissions(apps.get_app_config(label), verbosity=0)
    for label in ("moderation", "config"):
        create_permissions(apps.get_app_config(label), verbosity=0)


def _clear_the_groups_of_a_new_wagtail() -> None:
    """Wagtail is born with groups Moderators and Editors on the whole tree; ours stand in their place."""
    born = Group.objects.filter(name="Moderators", user=None).first()
    if born is None:
        return
    born.delete()
    editors = Group.objects.filter(name=EDITORS).first()
    if editors is not None:
        editors.permissions.clear()
        GroupPagePermission.objects.filter(group=editors).delete()
        GroupCollectionPermission.objects.filter(group=editors).delete()


def _give_on_pages(group: Group, page: Page, codenames: tuple[str, ...]) -> None:
    for row in permissions(tuple(f"wagtailcore.{codename}" for codename in codenames)):
        GroupPagePermission.objects.get_or_create(group=group, page_id=page.pk, permission=row)


def _give_on_images(group: Group, codenames: tuple[str, ...]) -> None:
    root = Collection.get_first_root_node()
    for row in permissions(tuple(f"wagtailimages.{codename}" for codename in codenames)):
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=row)
