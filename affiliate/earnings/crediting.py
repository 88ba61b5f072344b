"""Finds whom an order line is credited to, and keeps the credit: by the network's own words, or by a person's hand."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction

from affiliate.earnings.models import Basis, Conversion, Order
from affiliate.earnings.naming import credit_named_by
from affiliate.earnings.posting import bring_to_target, entries_of
from affiliate.earnings.split import plan_in_force
from affiliate.people.api import Author, User
from affiliate.tracking import api as tracking

MANAGE = "earnings.manage_earnings"
TOKEN_CHARS = 20
CONFIDENCE_BP = {
    Basis.CLICK: 10_000,
    Basis.PLACEMENT: 9_500,
    Basis.CODE: 9_000,
    Basis.AD_SLOT: 8_000,
    Basis.MATCH: 5_000,
    Basis.HAND: 10_000,
}


def conversion_of(order: Order) -> Conversion | None:
    """The credit of a line, with what the split needs of it; None where it is unattributed."""
    return Conversion.objects.select_related("plan", "author").filter(order=order).first()


def credit(order: Order, conversion: Conversion | None, *, placed_anew: bool = False) -> tuple[Conversion | None, bool]:
    """Credit the line by sub-ID, ad slot, coupon code or a click before it (see `naming`), and say whether anything
    changed. `conversion` is its credit so far. The caller holds the row's lock.

    What a person decided stays. A sub-ID or code that turns into one that is not ours leaves the line to nobody. The
    plan is that of the day the order was placed, taken once: it is taken again only where the network corrects that
    day (`placed_anew`).
    """
    if conversion and placed_anew:
        conversion.plan = plan_in_force(order.placed_at)
        conversion.save(update_fields=["plan"])
    if conversion and conversion.basis == Basis.HAND:
        return conversion, placed_anew
    found = credit_named_by(order)
    if found is None:
        if conversion and (order.sub_id or order.coupon_code):
            # Credited by an older report's sub-ID or code. What holds now names nobody, and would in any other order.
            conversion.delete()
            return None, True
        return conversion, placed_anew and conversion is not None
    basis, token = Basis(found.basis), (found.token or "")[:TOKEN_CHARS]
    if conversion and basis == Basis.MATCH:
        # A likeness decides once. Clicks are pruned one by one, and what is left of them must not move money.
        return conversion, placed_anew
    if conversion and _says_no_more(conversion, found, token, basis):
        return conversion, placed_anew
    values = {"placement": found.placement, "click_token": token, "confidence_bp": CONFIDENCE_BP[basis]}
    return _keep(order, conversion, found.author, basis, values), True


def _says_no_more(conversion: Conversion, found: tracking.Credit, token: str, basis: Basis) -> bool:
    """The same credit on no surer a basis: clicks are pruned one day, which takes nothing from what they proved."""
    known = (conversion.placement_id, conversion.author_id, conversion.click_token)
    same = known == (found.placement.pk if found.placement else None, found.author.pk, token)
    return same and conversion.confidence_bp >= CONFIDENCE_BP[basis]


def assign(order_pk: int, author: Author, by: User) -> Conversion:
    """Credit a line to an author by a person's decision. Money already credited elsewhere moves by new entries.

    Raises PermissionDenied without the permission to manage earnings.
    """
    if not by.has_perm(MANAGE):
        raise PermissionDenied
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_pk)
        values = {"confidence_bp": CONFIDENCE_BP[Basis.HAND], "decided_by": by.get_username()}
        conversion = _keep(order, conversion_of(order), author, Basis.HAND, values)
        bring_to_target(order, conversion, entries_of(order))
    return conversion


def _keep(
    order: Order, conversion: Conversion | None, author: Author, basis: Basis, values: Mapping[str, object]
) -> Conversion:
    if conversion is None:
        conversion = Conversion(order=order, plan=plan_in_force(order.placed_at))
    if conversion.author_id != author.pk:
        conversion.author = author
        conversion.agency_id = author.agency_id
    conversion.basis = basis
    for name, value in values.items():
        setattr(conversion, name, value)
    conversion.save()
    return conversion
