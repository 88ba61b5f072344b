"""Keeps exactly one live placement for each product block of a live page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from affiliate.catalog.api import Item
from affiliate.people.api import Author
from affiliate.tracking import targets, tasks
from affiliate.tracking.codes import new_codes
from affiliate.tracking.models import Placement, PlacementLink

FOLLOWS_THE_PAGE = ["page_title", "page_url", "surface", "block_label", "position", "retired_at"]


@dataclass(frozen=True, slots=True)
class PageRef:
    """A page as tracking knows it: plain values, no foreign key."""

    id: int
    title: str
    url: str
    surface: str = "post"


@dataclass(frozen=True, slots=True)
class BlockRef:
    """A product block: where in the page it stands, and which item it is about."""

    path: str
    item_pk: int
    label: str
    position: int


def sync_placements(page: PageRef, author: Author, blocks: Sequence[BlockRef]) -> list[Placement]:
    """Bring the page's placements in line with its blocks; returns the live ones in reading order.

    A block that keeps its item keeps placement, code and author of record. A removed or swapped one is retired: its
    code goes on redirecting and crediting. One that comes back, by the same author, is revived with its code.
    Idempotent; joins the caller's transaction. Affiliate links are fetched after the commit.
    """
    with transaction.atomic():
        targets.lock()
        known = list(Placement.objects.filter(page_id=page.id).select_related("item", "author", "link"))
        wanted = {(block.path, block.item_pk): block for block in blocks}
        live = {(p.block_path, p.item_id): p for p in known if p.retired_at is None}
        retired = {(p.block_path, p.item_id, p.author_id): p for p in known if p.retired_at is not None}
        changed, missing, kept = [], [], []
        for key, block in wanted.items():
            placement = live.get(key) or retired.get((*key, author.pk))
            if placement is None:
                missing.append(block)
                continue
            kept.append(placement)
            if _follow(placement, page, block):
                changed.append(placement)
        changed += _retire([p for key, p in live.items() if key not in wanted])
        if changed:
            Placement.objects.bulk_update(changed, FOLLOWS_THE_PAGE, batch_size=200)
        made = _make(page, author, missing)
        standing = sorted([*kept, *made], key=lambda placement: (placement.position, placement.pk))
        if standing:
            targets.write(standing)
        _fetch_after_commit(standing)
    return standing


def retire_page(page_id: int) -> int:
    """The page is gone: its placements end, its codes do not. Returns how many ended."""
    return Placement.objects.filter(page_id=page_id, retired_at=None).update(retired_at=timezone.now())


def _follow(placement: Placement, page: PageRef, block: BlockRef) -> bool:
    """Take over how page and block are called now, and that they are live. True where something changed."""
    said: tuple[str, str, str, str, int, datetime | None] = (
        page.title[:255],
        page.url[:500],
        page.surface[:30],
        block.label[:100],
        block.position,
        None,
    )
    if said == tuple(getattr(placement, name) for name in FOLLOWS_THE_PAGE):
        return False
    for name, value in zip(FOLLOWS_THE_PAGE, said, strict=True):
        setattr(placement, name, value)
    return True


def _retire(placements: list[Placement]) -> list[Placement]:
    now = timezone.now()
    for placement in placements:
        placement.retired_at = now
    return placements


def _make(page: PageRef, author: Author, blocks: list[BlockRef]) -> list[Placement]:
    """New placements with their codes and links to be fetched. A block whose item is gone gets none."""
    items = Item.objects.in_bulk({block.item_pk for block in blocks}) if blocks else {}
    blocks = [block for block in blocks if block.item_pk in items]
    if not blocks:
        return []
    codes = new_codes(len(blocks))
    made = []
    for block, code in zip(blocks, codes, strict=True):
        placement = Placement(
            code=code, page_id=page.id, block_path=block.path, item=items[block.item_pk], author=author
        )
        _follow(placement, page, block)
        made.append(placement)
    Placement.objects.bulk_create(made, batch_size=200)
    now = timezone.now()
    links = [PlacementLink(placement=placement, next_try_at=now) for placement in made]
    PlacementLink.objects.bulk_create(links, batch_size=200)
    prefetch_related_objects(made, "link")
    return made


def _fetch_after_commit(placements: list[Placement]) -> None:
    """Ask for the links that are due, in one task however many blocks there are."""
    now = timezone.now()
    due = [p.pk for p in placements if p.link.next_try_at is not None and p.link.next_try_at <= now]
    if due:
        transaction.on_commit(lambda: tasks.enqueue_fetch(due))
