"""Joins an item to its product where that is certain: by an equal barcode, or by equal brand and model.

Products are found and made by what the database holds unique, so two at once end in one product. Locks are taken in
one order everywhere, items before products, each by id.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Q

from affiliate.catalog.joining.names import model_key
from affiliate.catalog.models import Item, JoinedBy, Product, SameQuestion
from affiliate.catalog.signals import joins_changed


def join(item: Item) -> bool:
    """Set product and reason on the item, whose row the caller has locked and will save. True where it changed.

    What a person joined stays; what a person kept apart is not joined. An item alone has a product too: the next one
    with its barcode finds it.
    """
    key = key_of(item)
    if not key or item.joined_by == JoinedBy.PERSON or (item.product_id and item.joined_key == key):
        return False
    product = _by_barcode(item) if item.barcode else _by_model(item)
    if product is None or is_refused(item, product):
        return False
    before = item.product_id
    item.product, item.joined_key = product, key
    item.joined_by = JoinedBy.BARCODE if item.barcode else JoinedBy.MODEL
    if before != product.pk:
        tell(item.pk, {before, product.pk})
    return True


def key_of(item: Item) -> str:
    """By what the item is joined: its barcode, or else brand and model; "" where it says neither."""
    return item.barcode or model_key(item.brand, item.model)


def is_refused(item: Item, product: Product) -> bool:
    """Whether a person said that the item is not the same as one of the product's."""
    return SameQuestion.objects.filter(
        Q(low=item, high__product=product) | Q(high=item, low__product=product), same=False
    ).exists()


def tell(item_pk: int, product_ids: set[int | None]) -> None:
    """Say that offers of these products changed, unless the item was and is alone."""
    others = Item.objects.filter(product_id__in=[pk for pk in product_ids if pk]).exclude(pk=item_pk)
    if ids := list(others.values_list("pk", flat=True)):
        joins_changed.send(sender=Item, item_ids=[item_pk, *ids])


def root_of(product: Product) -> Product:
    """The product that stands for this one now, locked: the end of the chain of merges."""
    found = Product.objects.select_for_update().get(pk=product.pk)
    while found.merged_into_id:
        found = Product.objects.select_for_update().get(pk=found.merged_into_id)
    return found


def _by_barcode(item: Item) -> Product:
    """The product with the barcode. One that was known by brand and model alone takes the barcode over."""
    key = model_key(item.brand, item.model)
    known = Product.objects.filter(barcode=item.barcode).first()
    if known is None and key:
        known = _take_over(key, item.barcode)
    if known is None:
        described = {"title": item.title, "brand": item.brand, "model_key": key}
        known, _made = Product.objects.get_or_create(barcode=item.barcode, defaults=described)
    if key and not known.model_key:
        Product.objects.filter(pk=known.pk, model_key="").update(model_key=key)
    return root_of(known)


def _take_over(key: str, barcode: str) -> Product | None:
    """Give the barcode to the product that was known by brand and model alone; None where there is none."""
    product = Product.objects.select_for_update().filter(model_key=key, barcode="", merged_into=None).first()
    if product is None:
        return None
    product.barcode = barcode
    try:
        with transaction.atomic():
            product.save(update_fields=["barcode"])
    except IntegrityError:  # somebody else has just made a product with it
        return None
    return product


def _by_model(item: Item) -> Product | None:
    """The one product of that brand and model. Where several barcodes share it (two colours), nobody can say which."""
    key = model_key(item.brand, item.model)
    found = list(Product.objects.filter(model_key=key).order_by("pk")[:20])
    roots = {(product.merged_into_id or product.pk): product for product in found}
    if len(roots) > 1:
        return None
    if found:
        return root_of(found[0])
    described = {"title": item.title, "brand": item.brand}
    made, _new = Product.objects.get_or_create(model_key=key, barcode="", defaults=described)
    return root_of(made)
