"""Closing an account: asked for, waited out, done. Each step may be repeated."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from affiliate.people.api import Letter, User, send_letter
from config.members import register
from config.members.models import AccountClosing

log = logging.getLogger("zhongcao.members")

GRACE = timedelta(days=14)


def closing_of(user: User) -> AccountClosing | None:
    """Whether the user is leaving, or has left."""
    return AccountClosing.objects.filter(user=user).first()


@transaction.atomic
def ask(user: User, *, posts_too: bool, by_operator: bool = False) -> AccountClosing:
    """Close the account in GRACE; asking again moves nothing. Raises ValidationError for the last superuser."""
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    if user.is_superuser and not others.exists():
        raise ValidationError(_("This is the only superuser left. Make another one first. Nothing was changed."))
    values = {"due_at": timezone.now() + GRACE, "posts_too": posts_too, "asked_by_operator": by_operator}
    closing, made = AccountClosing.objects.get_or_create(user=user, defaults=values)
    if made:
        log.info("User %s leaves on %s.", user.pk, closing.due_at.date())
        send_letter(user, partial(_letter, closing), purpose="closing", key=f"closing:{closing.key}")
    return closing


def cancel(user: User) -> bool:
    """Take it back. False where there is nothing to take back, or it is done."""
    return bool(AccountClosing.objects.filter(user=user, done_at=None).delete()[0])


def close_due() -> int:
    """Close every account whose time has come. Returns how many."""
    due = AccountClosing.objects.filter(done_at=None, due_at__lte=timezone.now()).order_by("due_at")
    return sum(_close(pk) for pk in list(due.values_list("pk", flat=True)[:50]))


@transaction.atomic
def _close(pk: int) -> bool:
    """All of it or nothing. The row is locked, so that it cannot be taken back meanwhile, nor done twice."""
    closing = AccountClosing.objects.select_for_update(of=("self",)).filter(pk=pk, done_at=None).first()
    if closing is None:
        return False
    register.forget(closing.user, closing.key, posts_too=closing.posts_too)
    AccountClosing.objects.filter(pk=pk).update(done_at=timezone.now())
    log.info("The account of user %s is closed.", closing.user_id)
    return True


def _letter(closing: AccountClosing) -> Letter:
    when = date_format(timezone.localtime(closing.due_at), "Y-m-d H:i")
    return Letter(
        subject=_("Your account will be closed on %(when)s") % {"when": when},
        paragraphs=[
            _("Until then everything stays as it is, and you can take it back at any time."),
            _("If it was not you who asked, take it back and change your password."),
        ],
        why=_("You get this mail because somebody asked to close your account."),
        path=reverse("member"),
        action=_("See it, or take it back"),
    )
