"""Listings lead to the same shop as the post: the best for the reader, and one that lives."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from affiliate.catalog.api import Item, Product
from affiliate.tracking.api import Placement
from content.feed.models import Card
from content.feed.ranking import rank
from content.pages.tests.making import make_item, make_post, make_writer

pytestmark = pytest.mark.django_db


def pair():
    """A dear item and a cheap one of the same product."""
    home = Product.objects.create(title="x")
    return [make_item(product=home, coupon=None, final_price_minor=minor) for minor in (15900, 12900)]


def code_of(page, item):
    return Placement.objects.get(page_id=page.pk, item=item, retired_at=None).code


def test_a_deal_in_the_feed_leads_to_the_best_shop_and_to_the_next_when_that_dies(client):
    dear, cheap = pair()
    page = make_post("deal", [dear])
    assert f'/go/{code_of(page, cheap)}?s=feed"' in client.get("/?fresh=1").content.decode()
    Item.objects.filter(pk=cheap.pk).update(available=False)
    html = client.get("/?fresh=2").content.decode()
    assert f'/go/{code_of(page, dear)}?s=feed"' in html and code_of(page, cheap) not in html


def test_an_authors_shelf_shows_a_product_once_and_its_best_shop(client):
    dear, cheap = pair()
    page = make_post("review", [dear], owner=make_writer("ann"))
    html = client.get(page.author.get_absolute_url() + "?fresh=1").content.decode()
    assert re.findall(r"/go/(\w+)\?s=shelf", html) == [code_of(page, cheap)]


def test_ten_joined_deals_take_as_many_queries_as_two(client):
    def queries():
        client.get("/?fresh=1")
        with CaptureQueriesContext(connection) as found:
            client.get("/?fresh=2")
        return len(found)

    for _ in range(2):
        make_post("deal", [pair()[0]])
    few = queries()
    for _ in range(8):
        make_post("deal", [pair()[0]])
    assert queries() == few


def test_a_post_whose_shop_died_is_not_ranked_as_over_while_another_sells_the_same():
    first, second = (make_post("review", [pair()[0]]) for _ in range(2))
    Item.objects.filter(pk=first.products()[0][1].item.pk).update(available=False)
    rank()
    one, other = (Card.objects.get(page_id=page.pk).score for page in (first, second))
    assert one == pytest.approx(other, rel=0.01)
    Item.objects.exclude(pk=second.products()[0][1].item.pk).update(available=False)
    rank()
    assert Card.objects.get(page_id=first.pk).score < one / 2
