"""One level above an author: kept where members are added, which no constraint of one row can see."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.db.models.signals import m2m_changed

from affiliate.people.models import Agency, Author, User, refuse_a_second_level
from affiliate.people.roles import AGENCIES


def connect() -> None:
    """Called once, when the room is ready."""
    m2m_changed.connect(on_members, sender=Agency.members.through, dispatch_uid="people.members")


def on_members(instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **_kwargs: Any) -> None:
    """Before: refuse who writes for another agency. After: members are in the group of agencies, others are not."""
    if action == "pre_add":
        for user_id, agency_id in _pairs(instance, reverse, pk_set):
            elsewhere = Author.objects.filter(user_id=user_id).exclude(agency=None).exclude(agency_id=agency_id)
            refuse_a_second_level(Agency.objects.filter(authors__in=elsewhere))
    elif action in {"post_add", "post_remove"}:
        for user_id, _agency_id in _pairs(instance, reverse, pk_set):
            _keep_group(User.objects.get(pk=user_id))
    elif action == "pre_clear" and not reverse:
        instance._left = list(instance.members.values_list("pk", flat=True))
    elif action == "post_clear":
        for user in [instance] if reverse else User.objects.filter(pk__in=instance.__dict__.pop("_left", [])):
            _keep_group(user)


def _pairs(instance: Any, reverse: bool, pk_set: set[int] | None) -> list[tuple[int, int]]:
    if reverse:
        return [(instance.pk, agency_id) for agency_id in pk_set or ()]
    return [(user_id, instance.pk) for user_id in pk_set or ()]


def _keep_group(user: User) -> None:
    group, _made = Group.objects.get_or_create(name=AGENCIES)
    if user.agencies.exists():
        user.groups.add(group)
    else:
        user.groups.remove(group)
