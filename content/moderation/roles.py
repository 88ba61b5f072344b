"""Who may do what: three groups with no more than each needs, made again whenever something of theirs is missing.

Writers see their own expected money and never publish; editors publish and feature and never see money; operators
connect networks and settle, and do neither. What an operator gives a group beyond this stays.
"""

from __future__ import annotations

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from affiliate.people.api import VIEW_COMMISSION
from content.moderation.workflow import ensure_workflow
from content.pages.api import HomePage

WRITERS, EDITORS, OPERATORS = "Writers", "Editors", "Operators"
FEATURE = "moderation.feature_posts"

_ADMIN = "wagtailadmin.access_admin"

GLOBAL: dict[str, tuple[str, ...]] = {
    WRITERS: (_ADMIN, VIEW_COMMISSION),
    EDITORS: (_ADMIN, FEATURE),
    OPERATORS: (
        _ADMIN,
        VIEW_COMMISSION,
        "earnings.manage_earnings",
        *(f"connections.{action}_{model}" for action in ("view", "add", "change") for model in ("account", "merchant")),
        *(f"tracking.{action}_adslot" for action in ("view", "add", "change")),
        "connections.view_networkstate",
        "connections.change_networkstate",
        *(f"earnings.view_{model}" for model in ("order", "conversion", "ledgerentry", "networkevent")),
        *(f"earnings.{action}_{model}" for action in ("view", "add") for model in ("splitplan", "upload")),
        *(f"people.{action}_{model}" for action in ("view", "add", "change") for model in ("author", "agency", "user")),
        "tracking.view_placement",
        "tracking.view_click",
        *(f"tracking.{action}_apprule" for action in ("view", "add", "change", "delete")),
    ),
}
ON_PAGES: dict[str, tuple[str, ...]] = {
    WRITERS: ("add_page",),
    EDITORS: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
    OPERATORS: (),
}
ON_IMAGES: dict[str, tuple[str, ...]] = {
    WRITERS: ("add_image", "choose_image"),
    EDITORS: ("add_image", "change_image", "choose_image"),
    OPERATORS: (),
}


def ensure_roles() -> None:
    """Make the three groups, give them what they lack, and set the review up.

    What concerns pages waits until there is a front page. Running it again changes nothing.
    """
    _make_permission_rows()
    home = HomePage.objects.first()
    with transaction.atomic():
        _clear_the_groups_of_a_new_wagtail()
        for name in (WRITERS, EDITORS, OPERATORS):
            group, _made = Group.objects.get_or_create(name=name)
            group.permissions.add(*permissions(GLOBAL[name]))
            if home is not None:
                _give_on_pages(group, home)
            _give_on_images(group)
        editors = Group.objects.get(name=EDITORS)
        editors.permissions.remove(*permissions((VIEW_COMMISSION,)))
        if home is not None:
            ensure_workflow(home, editors)


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
    for label in ("wagtailadmin", "wagtailcore", "wagtailimages", "people", "connections", "tracking", "earnings"):
        create_permissions(apps.get_app_config(label), verbosity=0)
    create_permissions(apps.get_app_config("moderation"), verbosity=0)


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


def _give_on_pages(group: Group, home: Page) -> None:
    for row in permissions(tuple(f"wagtailcore.{codename}" for codename in ON_PAGES[group.name])):
        GroupPagePermission.objects.get_or_create(group=group, page=home, permission=row)


def _give_on_images(group: Group) -> None:
    root = Collection.get_first_root_node()
    for row in permissions(tuple(f"wagtailimages.{codename}" for codename in ON_IMAGES[group.name])):
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=row)
