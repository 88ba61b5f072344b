"""What an editor lets pass although a check stops it: with a reason, what proves it, and the findings word for word.

It holds for those findings of that post, until the rules change: the same finding after another edit is let pass too,
a new one is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from content.moderation.checks import VERSION, Finding, check
from content.moderation.models import CheckOverride
from content.pages.api import Post


def still_blocking(post: Post, found: Iterable[Finding] | None = None) -> list[Finding]:
    """The findings that stop a post and that nobody has let pass."""
    blocking = [one for one in (check(post) if found is None else found) if one.blocks]
    if not blocking or post.pk is None:
        return blocking
    passed = {
        Finding(**row).key
        for rows in CheckOverride.objects.filter(page_id=post.pk, rules=VERSION).values_list("findings", flat=True)
        for row in rows
    }
    return [one for one in blocking if one.key not in passed]


def may_let_pass(user: Any, post: Post) -> bool:
    """Whoever may publish it."""
    return bool(post.permissions_for_user(user).can_publish())


def let_pass(post: Post, user: Any, blocking: list[Finding], reason: str, proof: str) -> CheckOverride | None:
    """Keep the decision on these findings, all that stop the post now. None where there are none."""
    if not blocking:
        return None
    return CheckOverride.objects.create(
        page_id=post.pk,
        revision_id=post.latest_revision_id,
        rules=VERSION,
        findings=[one.as_row() for one in blocking],
        reason=reason,
        proof=proof,
        by_id=user.pk,
        by=user.get_username()[:150],
    )


def overrides_of(page_id: int) -> list[CheckOverride]:
    """What was let pass of a post, the oldest first."""
    return list(CheckOverride.objects.filter(page_id=page_id).order_by("pk"))
