"""What editors do on the featured board. Every change is one stay begun or ended, and the feed told of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from affiliate.people.api import may_view_commission
from content.feed.api import Card, clear_featured, set_featured
from content.moderation.letters import tell_featured
from content.moderation.models import FeaturedSlot
from content.moderation.roles import FEATURE

CANDIDATES = 30


def may_feature(user: Any) -> bool:
    """Those with the permission, as long as they cannot see what a post earns: money never decides what is featured."""
    return bool(user.is_authenticated and user.has_perm(FEATURE) and not may_view_commission(user))


def slots() -> QuerySet[FeaturedSlot]:
    """What stands in the feed now, in order."""
    return FeaturedSlot.objects.filter(left_at=None).select_related("added_by").order_by("position", "pk")


def ended(count: int = 10) -> list[FeaturedSlot]:
    """What left last."""
    return list(FeaturedSlot.objects.exclude(left_at=None).order_by("-left_at")[:count])


def candidates(words: str = "") -> list[Card]:
    """Live posts that are not featured, the best first. A card knows no commission."""
    found = Card.objects.exclude(page_id__in=slots().values("page_id")).select_related("item")
    if words.strip():
        found = found.filter(title__icontains=words.strip()[:60])
    return list(found.order_by("-score", "-first_published_at")[:CANDIDATES])


@transaction.atomic
def feature(page_id: int, reason: str, until: datetime | None, *, by: Any, position: int | None = None) -> FeaturedSlot:
    """An editor puts a live post on the board, at the end unless told where. Once more changes reason and end."""
    _permit(by)
    return put(page_id, reason, until, by=by, position=position)


@transaction.atomic
def put(
    page_id: int, reason: str, until: datetime | None, *, by: Any = None, position: int | None = None
) -> FeaturedSlot:
    """The same without asking who."""
    reason = " ".join(reason.split())[:200]
    if not reason:
        raise ValidationError(_("Say in one sentence why; readers see it. Nothing was changed."))
    if until is not None and until <= timezone.now():
        raise ValidationError(_("The end lies in the past. Nothing was changed."))
    card = Card.objects.filter(page_id=page_id).first()
    if card is None:
        raise ValidationError(_("This post is not live any more. Nothing was changed."))
    slot = slots().filter(page_id=page_id).first()
    if slot is None:
        last = slots().aggregate(last=Max("position"))["last"]
        slot = FeaturedSlot(page_id=page_id, starts_at=timezone.now(), position=0 if last is None else last + 1)
    slot.page_title, slot.reason, slot.ends_at, slot.added_by = card.title, reason, until, by
    slot.save()
    if position is not None:
        _place(slot, position)
    _tell_feed()
    if by is not None:
        tell_featured(slot, by=by)
    return slot


@transaction.atomic
def fill_new_board(posts: Iterable[tuple[int, str]]) -> None:
    """Posts with their reasons, in order, on a board that nothing has ever stood on; on any other nothing."""
    if not FeaturedSlot.objects.exists():
        for page_id, reason in posts:
            put(page_id, reason, None)


@transaction.atomic
def move(slot_id: int, step: int, *, by: Any) -> None:
    """Up (-1) or down (+1) by one place."""
    _permit(by)
    standing = list(slots())
    here = next((number for number, slot in enumerate(standing) if slot.pk == slot_id), None)
    if here is None:
        raise ValidationError(_("This place has ended meanwhile. Nothing was changed."))
    _place(standing[here], max(0, here + (1 if step > 0 else -1)))
    _tell_feed()


@transaction.atomic
def take_off(slot_id: int, why: str, *, by: Any) -> None:
    """End a stay now. Ending one that has ended already changes nothing."""
    _permit(by)
    slot = slots().filter(pk=slot_id).first()
    if slot is not None:
        _end(slot, " ".join(why.split())[:200])
        _tell_feed()


@transaction.atomic
def let_ended_leave() -> int:
    """Stays whose time has run out, or whose post is gone, leave by themselves. Returns how many."""
    now = timezone.now()
    live = set(Card.objects.filter(page_id__in=slots().values("page_id")).values_list("page_id", flat=True))
    leaving = [s for s in slots() if s.page_id not in live or (s.ends_at is not None and s.ends_at <= now)]
    for slot in leaving:
        _end(slot, _("Its time has run out.") if slot.page_id in live else _("The post is not live any more."))
    if leaving:
        _tell_feed()
    return len(leaving)


def _permit(user: Any) -> None:
    if not may_feature(user):
        raise PermissionDenied


def _end(slot: FeaturedSlot, why: str) -> None:
    slot.left_at, slot.left_because = timezone.now(), why
    slot.save(update_fields=["left_at", "left_because"])
    clear_featured(slot.page_id)


def _place(slot: FeaturedSlot, position: int) -> None:
    """Put a stay at a place and close the gaps."""
    others = [other for other in slots() if other.pk != slot.pk]
    others.insert(position, slot)
    for number, other in enumerate(others):
        if other.position != number:
            FeaturedSlot.objects.filter(pk=other.pk).update(position=number)


def _tell_feed() -> None:
    for number, slot in enumerate(slots()):
        set_featured(slot.page_id, number, slot.reason, slot.ends_at)
