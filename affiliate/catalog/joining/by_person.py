"""What a person says about two items: yes joins them, no keeps them apart for good, and both can be undone.

Joining moves items and loses nothing: a product whose items went to another stays, and remembers where they went.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from affiliate.catalog.joining.by_itself import join, root_of
from affiliate.catalog.models import Item, JoinedBy, Product, SameQuestion
from affiliate.catalog.signals import joins_changed


def answer(question_pk: int, *, same: bool, by: str) -> bool:
    """Keep an answer and act on it. False where somebody has answered already; then nothing is changed.

    Raises SameQuestion.DoesNotExist.
    """
    with transaction.atomic():
        question = SameQuestion.objects.get(pk=question_pk)
        pair = (question.low_id, question.high_id)
        items = _lock([*pair, *_beside(pair)])
        question = SameQuestion.objects.select_for_update().get(pk=question_pk)
        if question.same is not None:
            return False
        if same:
            question.moved = _bring_together(items[question.low_id], items[question.high_id])
        _sign(question, same, by, timezone.now())
    return True


class CannotJoin(Exception):
    """Two items are not joined. `reason`: `itself`, `joined` already, `refused` by a person, `barcode`: they differ."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def join_two(one_pk: int, other_pk: int, *, by: str) -> None:
    """Make two items, and all that are joined to either, offers of one product, as a yes to a question nobody asked.

    Kept as its answer, so it can be taken back. Raises CannotJoin, or Item.DoesNotExist where one is gone.
    """
    pair = low_pk, high_pk = sorted((one_pk, other_pk))
    if low_pk == high_pk:
        raise CannotJoin("itself")
    with transaction.atomic():
        items = _lock([*pair, *_beside(pair)])
        if not items.keys() >= set(pair):
            raise Item.DoesNotExist
        low, high = items[low_pk], items[high_pk]
        if reason := _why_not(low, high, items.values()):
            raise CannotJoin(reason)
        question, _made = SameQuestion.objects.select_for_update().get_or_create(low_id=low_pk, high_id=high_pk)
        question.moved = _bring_together(low, high)
        _sign(question, True, by, timezone.now())


def _why_not(low: Item, high: Item, items: Iterable[Item]) -> str:
    """What speaks against joining these two with all that stand beside them; empty for nothing."""
    if low.product_id is not None and low.product_id == high.product_id:
        return "joined"
    if low.barcode and high.barcode and low.barcode != high.barcode:
        return "barcode"
    ours, theirs = (
        [item.pk for item in items if item == end or item.product_id == end.product_id] for end in (low, high)
    )
    apart = Q(low__in=ours, high__in=theirs) | Q(low__in=theirs, high__in=ours)
    return "refused" if SameQuestion.objects.filter(apart, same=False).exists() else ""


def undo(question_pk: int) -> bool:
    """Take an answer back: what a yes moved goes where it was, and the question is open again. False where it is open
    already. Raises SameQuestion.DoesNotExist.
    """
    with transaction.atomic():
        question = SameQuestion.objects.get(pk=question_pk)
        pair = (question.low_id, question.high_id)
        items = _lock([*pair, *(row[0] for row in question.moved), *_beside(pair)])
        question = SameQuestion.objects.select_for_update().get(pk=question_pk)
        if question.same is None:
            return False
        touched = _take_apart(question, items) if question.same else []
        refused = not question.same
        question.moved = []
        _sign(question, None, "", None)
        if refused:
            for pk in (question.low_id, question.high_id):
                if join(items[pk]):
                    items[pk].save()
        elif touched:
            joins_changed.send(sender=Item, item_ids=touched)
    return True


def split(item_pk: int, *, by: str) -> bool:
    """Take an item out of its product and keep it apart from each that stays. False where it is alone already."""
    with transaction.atomic():
        product = Item.objects.values_list("product_id", flat=True).get(pk=item_pk)
        others = set(Item.objects.filter(product_id=product).exclude(pk=item_pk).values_list("pk", flat=True))
        if product is None or not others:
            return False
        item = _lock([item_pk, *others])[item_pk]
        now = timezone.now()
        for other in sorted(others):
            low, high = sorted((item_pk, other))
            question, _made = SameQuestion.objects.get_or_create(low_id=low, high_id=high)
            question.moved = []
            _sign(question, False, by, now)
        _move(item, None, "")
        joins_changed.send(sender=Item, item_ids=[item_pk, *others])
    return True


def _sign(question: SameQuestion, same: bool | None, by: str, at: datetime | None) -> None:
    question.same, question.decided_by, question.decided_at = same, by[:150], at
    question.save(update_fields=["same", "decided_by", "decided_at", "moved"])


def _beside(pair: Iterable[int]) -> Iterable[int]:
    """Every item of the products of these."""
    products = Item.objects.filter(pk__in=pair, product__isnull=False).values("product")
    return Item.objects.filter(product__in=products).values_list("pk", flat=True)


def _lock(ids: Iterable[int]) -> dict[int, Item]:
    """The items, locked by id."""
    rows = Item.objects.filter(pk__in=set(ids)).order_by("pk").select_for_update()
    return {item.pk: item for item in rows}


def _bring_together(low: Item, high: Item) -> list[list[object]]:
    """Make both offers of one product; what stood alone comes to what has a product. Returns what was moved."""
    products = {item.product_id: item.product for item in (low, high) if item.product is not None}
    roots = {root.pk: root for _pk, product in sorted(products.items()) if (root := root_of(product))}
    if not roots:
        home = Product.objects.create(title=low.title or high.title, brand=low.brand or high.brand)
    else:
        home = roots[min(roots)]
    away = [root for pk, root in roots.items() if pk != home.pk]
    coming = {item.pk: item for item in (low, high) if item.product_id != home.pk}
    coming |= _lock(Item.objects.filter(product__in=away).values_list("pk", flat=True)) if away else {}
    moved: list[list[object]] = []
    for pk in sorted(coming):
        item = coming[pk]
        moved.append([pk, item.product_id, item.joined_by, item.joined_key])
        _move(item, home.pk, JoinedBy.PERSON)
    for root in away:
        root.merged_into = home
        root.save(update_fields=["merged_into"])
    standing = Item.objects.filter(product=home).values_list("pk", flat=True)
    joins_changed.send(sender=Item, item_ids=list(standing))
    return moved


def _take_apart(question: SameQuestion, items: dict[int, Item]) -> list[int]:
    """Undo a yes. What was moved again since, by another answer, stays; what joined by itself since finds its own
    product. Returns every item concerned.
    """
    home = items[question.low_id].product_id
    if home is None:
        return []
    touched = [pk for pk, item in sorted(items.items()) if item.product_id == home]
    for pk, product, joined_by, joined_key in question.moved:
        item = items.get(pk)
        if item is None or item.product_id != home:
            continue
        known = Product.objects.filter(pk=product).first() if product else None
        _move(item, known.pk if known else None, joined_by, joined_key)
        if known is not None:
            Product.objects.filter(pk=known.pk).update(merged_into=None)
    for item in (items[pk] for pk in touched):
        if item.product_id == home and item.joined_key:
            item.joined_key = ""
            join(item)
            item.save(update_fields=["product", "joined_by", "joined_key"])
    return touched


def _move(item: Item, product_pk: int | None, joined_by: str, joined_key: str = "") -> None:
    """Saved, not updated: whoever shows the item listens."""
    item.product_id, item.joined_by, item.joined_key = product_pk, joined_by, joined_key
    item.save(update_fields=["product", "joined_by", "joined_key"])
