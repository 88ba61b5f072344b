"""Who may touch whose login. Whoever reaches another's e-mail address can order a new password there and be them, so
nobody reaches somebody who may do as much as they or anything else.

Counted is what a person's groups give, switched off or not: an account that sleeps keeps its rights. What other rooms
and the CMS tie to a group (rights on pages, on collections, a task of a review) is found by its relation to the group.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet

from affiliate.people.models import User
from affiliate.people.roles import WRITERS

ADMIT = "people.change_application"

Right = tuple[str, ...]


def may_take_over(by: User, user: User) -> bool:
    """Whether `by` may change what `user` logs in with: only where `user` may do less, and writes as nobody."""
    if by.is_superuser:
        return True
    return not user.is_superuser and not hasattr(user, "author") and rights_of(user) < rights_of(by)


def may_manage(by: User, user: User) -> bool:
    """Whether `by` may name, switch off, close or give a role to `user`: as above, and writers for who admits them."""
    if by.is_superuser:
        return True
    own = rights_of(by)
    let_pass = _rights_of_groups(Group.objects.filter(name=WRITERS)) - own if by.has_perm(ADMIT) else frozenset()
    return not user.is_superuser and user.pk != by.pk and rights_of(user) - let_pass < own


def groups_to_give(by: User) -> QuerySet[Group]:
    """The roles that `by` may give and take: those below their own, and writers for who admits them."""
    groups = Group.objects.order_by("name")
    if by.is_superuser:
        return groups
    own = rights_of(by)
    given = [group.pk for group in groups if _rights_of_groups(Group.objects.filter(pk=group.pk)) < own]
    if by.has_perm(ADMIT):
        given += groups.filter(name=WRITERS).values_list("pk", flat=True)
    return groups.filter(pk__in=given)


def rights_of(user: User) -> frozenset[Right]:
    """All that is given to a user, by themselves or through groups. Says nothing of superusers, who need none."""
    own = user.user_permissions.values_list("pk", flat=True)
    return _named(own) | _rights_of_groups(Group.objects.filter(user=user))


def _rights_of_groups(groups: QuerySet[Group]) -> frozenset[Right]:
    pks = list(groups.values_list("pk", flat=True))
    found = set(_named(Permission.objects.filter(group__in=pks).values_list("pk", flat=True)))
    for relation in Group._meta.related_objects:
        model: Any = relation.related_model
        if model is User:
            continue
        name = relation.field.name
        what = ["pk"] if relation.many_to_many else [f.attname for f in model._meta.fields if _tells(f, name)]
        rows = model._default_manager.filter(**{f"{name}__in": pks}).values_list(*what)
        found |= {(model._meta.label, *map(str, row)) for row in rows}
    return frozenset(found)


def _tells(field: Any, group: str) -> bool:
    return not field.primary_key and field.name != group


def _named(pks: Any) -> frozenset[Right]:
    return frozenset(("permission", str(pk)) for pk in pks)
