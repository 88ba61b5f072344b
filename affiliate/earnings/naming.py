"""Whom an order line names: by its link, by an author's coupon code, or by both; then the merchant's rule decides.

The rule and the window are those agreed when the order was placed. So the answer follows from the line alone, and no
later change of the agreement moves money.
"""

from __future__ import annotations

from datetime import timedelta

from affiliate.connections import api as connections
from affiliate.earnings.models import Order
from affiliate.tracking import api as tracking

DIRECT = "direct"
CLOCKS_APART = timedelta(minutes=10)
"""How far a merchant's clock may be behind ours: an order seems to be placed before its own click then."""


def credit_named_by(order: Order) -> tracking.Credit | None:
    """Whom the line is to be credited to and why; None where it names nobody of ours."""
    linked = tracking.credit_of(order.sub_id, order.ad_slot, order.network, at=order.placed_at)
    if order.network != DIRECT or not order.merchant:
        return linked or matched(order)
    if linked is not None and not counts(linked, order):
        linked = None
    owner = tracking.author_codes.owner_of(order.merchant, order.coupon_code, order.placed_at)
    coded = tracking.Credit(None, owner, "", "code") if owner is not None else None
    if linked is None or coded is None:
        return linked or coded
    return decided(linked, coded, rule_of(order))


def matched(order: Order) -> tracking.Credit | None:
    """By a click shortly before, where the network carried no sub-ID: one that is not ours names somebody else."""
    if order.sub_id or order.network == DIRECT:
        return None
    return tracking.credit_by_clicks(order.network, order.item_id, order.placed_at)


def decided(linked: tracking.Credit, coded: tracking.Credit, rule: str) -> tracking.Credit:
    """Which of two holds. Where both name the same author there is nothing to decide, and the link says more."""
    if linked.author.pk == coded.author.pk:
        return linked
    return linked if rule == connections.CodeRule.LINK else coded


def rule_of(order: Order) -> str:
    """What decides between code and link for this order."""
    terms = connections.terms_at(order.merchant, order.placed_at)
    return terms.code_rule if terms is not None else str(connections.CodeRule.CODE)


def counts(linked: tracking.Credit, order: Order) -> bool:
    """Whether a link may credit an order of this merchant: the placement is of an item of theirs, and the click, as far
    as we still have it, was made before the order and within the window.
    """
    if linked.placement is not None and foreign(linked.placement, order.merchant):
        return False
    if linked.clicked_at is None:
        return True
    terms = connections.terms_at(order.merchant, order.placed_at)
    window = timedelta(days=terms.window_days) if terms is not None else timedelta.max
    return -CLOCKS_APART <= order.placed_at - linked.clicked_at <= window


def foreign(placement: tracking.Placement, merchant: str) -> bool:
    """True where a placement is of another merchant's item: no link of this merchant ever carried its code."""
    slug, colon, _item = placement.item.item_id.partition(":")
    return bool(colon) and slug != merchant
