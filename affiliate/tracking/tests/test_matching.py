"""What a click shortly before an order proves, and what it does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from affiliate.people.api import Author
from affiliate.tracking import api
from affiliate.tracking.exit.tokens import new_token
from affiliate.tracking.models import Click, ClickClass, Placement

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 1, 12, tzinfo=UTC)


def click(placement, *, hours=1.0, kind=ClickClass.HUMAN, earns=True):
    at = AT - timedelta(hours=hours)
    return Click.objects.create(token=new_token(placement.code), code=placement.code, at=at, kind=kind, earns=earns)


def test_readers_of_one_author_who_followed_a_link_to_the_item_credit_it(place, author):
    placement = place(1)[0]
    click(placement)
    credit = api.credit_by_clicks("shop", placement.item.item_id, AT)
    assert (credit.author, credit.placement, credit.token, credit.basis) == (author, placement, "", "match")


@pytest.mark.parametrize(
    "like",
    [
        {"hours": 25},
        {"hours": -0.1},
        {"kind": ClickClass.BOT},
        {"kind": ClickClass.SUSPECT},
        {"kind": ClickClass.STAFF},
        {"earns": False},
    ],
    ids=str,
)
def test_old_and_later_clicks_those_of_machines_and_those_that_cannot_earn_prove_nothing(place, like):
    placement = place(1)[0]
    click(placement, **like)
    assert api.credit_by_clicks("shop", placement.item.item_id, AT) is None


def test_another_item_network_or_no_item_at_all_credits_nobody(place):
    placement = place(1)[0]
    click(placement)
    for network, item in (("shop", "999"), ("jd", placement.item.item_id), ("shop", "")):
        assert api.credit_by_clicks(network, item, AT) is None


def test_two_places_of_one_author_name_the_author_alone_and_two_authors_nobody(place, author):
    first = place(1)[0]
    values = {"page_id": 90, "page_title": "x", "page_url": "/x/", "block_path": "b", "item": first.item}
    again = Placement.objects.create(code="againxxx", author=author, **values)
    click(first)
    click(again, hours=2)
    credit = api.credit_by_clicks("shop", first.item.item_id, AT)
    assert (credit.author, credit.placement) == (author, None)
    rival = Author.objects.create(handle="mei", name="梅")
    values |= {"block_path": "c"}
    click(Placement.objects.create(code="rivalxxx", author=rival, **values), hours=3)
    assert api.credit_by_clicks("shop", first.item.item_id, AT) is None


def test_clicks_are_asked_for_only_where_the_item_stands_in_a_post(place, django_assert_num_queries):
    place(1)
    with django_assert_num_queries(1):
        api.credit_by_clicks("shop", "not-in-any-post", AT)
