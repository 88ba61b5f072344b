"""Who may do what: three groups with least privilege, and the workflow between the first two."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

WRITERS, EDITORS, OPERATORS = "Writers", "Editors", "Operators"
WORKFLOW = "编辑审核"

PAGE_ACTIONS = {
    WRITERS: ("add",),
    EDITORS: ("add", "change", "publish", "lock", "unlock", "bulk_delete"),
}
IMAGE_ACTIONS = {WRITERS: ("add_image", "choose_image"), EDITORS: ("add_image", "change_image", "choose_image")}
PERMISSIONS = {
    WRITERS: ("wagtailadmin.access_admin", "people.view_commission"),
    # Editors choose what is featured, so they never see what it earns.
    EDITORS: (
        "wagtailadmin.access_admin",
        "moderation.add_featuredslot",
        "moderation.change_featuredslot",
        "moderation.delete_featuredslot",
        "moderation.view_featuredslot",
    ),
    OPERATORS: (
        "wagtailadmin.access_admin",
        "people.view_commission",
        *(f"people.{do}_{what}" for do in ("add", "change", "view") for what in ("author", "agency", "user")),
        *(f"connections.{do}_{what}" for do in ("add", "change", "view") for what in ("account", "merchant")),
        "connections.change_networkstate",
        "connections.view_networkstate",
        "earnings.view_order",
        "earnings.change_order",
        "earnings.add_upload",
        "earnings.view_upload",
        "earnings.view_splitplan",
        "earnings.add_splitplan",
    ),
}


@transaction.atomic
def ensure_roles() -> None:
    """Create the groups, give them what they need on the site's tree, and set the workflow up. Repeatable."""
    home = Page.objects.filter(depth=2, content_type__app_label="pages").first()
    for name, wanted in PERMISSIONS.items():
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.set([_permission(label) for label in wanted])
        for codename in IMAGE_ACTIONS.get(name, ()):
            GroupCollectionPermission.objects.get_or_create(
                group=group,
                collection=Collection.get_first_root_node(),
                permission=_permission(f"wagtailimages.{codename}"),
            )
        if home is not None:
            for action in PAGE_ACTIONS.get(name, ()):
                permission = _permission(f"wagtailcore.{action}_page")
                GroupPagePermission.objects.get_or_create(group=group, page=home, permission=permission)
    if home is not None:
        _ensure_workflow(home)


def _permission(label: str) -> Permission:
    """By `app.codename`; created where its own app has not done so yet (post_migrate order)."""
    app, codename = label.split(".")
    found = Permission.objects.filter(content_type__app_label=app, codename=codename).first()
    if found is None:
        action, _, model = codename.partition("_")
        kind = ContentType.objects.get_or_create(app_label=app, model=model)[0]
        found = Permission.objects.create(content_type=kind, codename=codename, name=f"Can {action} {model}")
    return found


def _ensure_workflow(home: Page) -> None:
    editors = Group.objects.get(name=EDITORS)
    workflow, made = Workflow.objects.get_or_create(name=WORKFLOW)
    if made:
        task = GroupApprovalTask.objects.create(name=WORKFLOW)
        task.groups.add(editors)
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.update_or_create(page=home, defaults={"workflow": workflow})
