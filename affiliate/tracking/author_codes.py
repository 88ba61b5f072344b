"""Coupon codes that belong to one author each: given out, ended, and found again on an order."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from affiliate.connections.api import Merchant
from affiliate.people.api import Author
from affiliate.tracking.models import AuthorCode

BACKDATED = timedelta(minutes=10)
"""How long a form may have stood open: what begins earlier would move money that is credited already."""
FORM = re.compile(r"[\w-]{3,40}")


def plain(text: str) -> str:
    """A code as it is compared: half-width, upper case, without the blanks around it; "" for what can be none."""
    code = unicodedata.normalize("NFKC", text).strip().upper()
    return code if FORM.fullmatch(code) else ""


def owner_of(merchant: str, code: str, at: datetime) -> Author | None:
    """Whose code it was at that time; None where it was nobody's."""
    wanted = plain(code)
    if not wanted:
        return None
    held = AuthorCode.objects.filter(merchant__slug=merchant, code=wanted, starts_at__lte=at)
    found = held.filter(Q(ends_at=None) | Q(ends_at__gt=at)).select_related("author").order_by("-starts_at").first()
    return found.author if found else None


def live_of(author: Author) -> list[AuthorCode]:
    """The author's codes that count now, with their merchants; one query."""
    now = timezone.now()
    held = AuthorCode.objects.filter(author=author, starts_at__lte=now).filter(Q(ends_at=None) | Q(ends_at__gt=now))
    return list(held.select_related("merchant"))


def give(
    merchant: Merchant,
    code: str,
    author: Author,
    *,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    benefit: str = "",
    by: str = "",
) -> AuthorCode:
    """Give an author a code. Raises ValidationError with the reason: no code, times that cannot be, or one that is
    somebody's in that time, the same author's included.

    The merchant's row is the lock, so that of two who give out the same code one waits and is refused.
    """
    wanted, now = plain(code), timezone.now()
    if not wanted:
        raise ValidationError(_("A code is 3 to 40 letters, digits, hyphens or underscores."), code="form")
    begins = _begins(starts_at, ends_at, now)
    with transaction.atomic():
        Merchant.objects.select_for_update().get(pk=merchant.pk)
        same = AuthorCode.objects.filter(merchant=merchant, code=wanted)
        same.filter(closed_at=None, ends_at__lte=now).update(closed_at=now)
        held = same.filter(Q(closed_at=None) | Q(ends_at__gt=begins)).select_related("author").first()
        if held is not None:
            raise ValidationError(
                _("The code %(code)s belongs to %(author)s in that time. Nothing was changed; end it first."),
                code="held",
                params={"code": held.code, "author": held.author.name},
            )
        return AuthorCode.objects.create(
            merchant=merchant,
            code=wanted,
            author=author,
            starts_at=begins,
            ends_at=ends_at,
            benefit=benefit,
            created_by=by[:150],
        )


def _begins(starts_at: datetime | None, ends_at: datetime | None, now: datetime) -> datetime:
    """When a code begins that is given out now. Raises ValidationError for times that cannot be."""
    begins = max(starts_at or now, now)
    if starts_at is not None and starts_at < now - BACKDATED:
        raise ValidationError(
            _("A code counts from now on at the earliest. Credit older orders by hand, one by one."), code="past"
        )
    if ends_at is not None and ends_at <= begins:
        raise ValidationError(_("The code would be over before it begins. Choose a later end."), code="times")
    return begins


def end(code_pk: int) -> AuthorCode:
    """End a code now, for orders placed from now on. One that has not begun ends where it would have begun; one that
    is over stays as it is.
    """
    now = timezone.now()
    with transaction.atomic():
        code = AuthorCode.objects.select_for_update().get(pk=code_pk)
        if code.closed_at is None:
            if code.starts_at > now:
                code.starts_at = now
            if code.ends_at is None or code.ends_at > now:
                code.ends_at = now
            code.closed_at = now
            code.save(update_fields=["starts_at", "ends_at", "closed_at"])
    return code
