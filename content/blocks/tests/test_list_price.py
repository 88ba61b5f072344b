"""A price is only set beside another where somebody who must know it names it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from affiliate.catalog.api import items_with_coupons
from content.blocks.api import of_item
from content.pages.tests.making import make_item

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("source", "coupon", "shown"),
    [
        ("api", False, 19900),
        ("feed", False, 19900),
        ("hand", False, None),
        ("shared", False, None),
        ("hand", True, 19900),
    ],
)
def test_what_somebody_typed_is_no_price_to_compare_with(source, coupon, shown):
    terms = {"amount_minor": 4000, "threshold_minor": 19900} if coupon else None
    item = make_item(source=source, coupon=terms)
    assert of_item(items_with_coupons([item.pk])[item.pk], timezone.now(), stopped=()).list_minor == shown
