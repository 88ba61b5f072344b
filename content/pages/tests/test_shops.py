"""A block about a product that several shops sell: the best for the reader first, and never a button to a dead one."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from affiliate.catalog.api import Item, Product, joins_changed
from affiliate.connections.api import switch
from affiliate.tracking.api import Placement
from content.blocks.api import Shop, best_first, of_item
from content.pages import publish
from content.pages.tests.making import make_item, make_post, make_writer, product

pytestmark = pytest.mark.django_db
DEAR, CHEAP = {"final_price_minor": 15900}, {"final_price_minor": 12900}


def joined(*given, **common):
    """Items of one product."""
    home = Product.objects.create(title="x")
    return [make_item(product=home, **{"coupon": None, **common, **fields}) for fields in given]


def html_of(client, page):
    answer = client.get(page.get_url_parts()[2] + "?fresh=1")
    assert answer.status_code == 200
    return answer.content.decode()


def codes(page):
    return {row.item_id: row.code for row in Placement.objects.filter(page_id=page.pk, retired_at=None)}


def button(html):
    """The code that the card's button leads to."""
    return re.search(r'button--go" href="/go/([^"]+)"', html)[1]


def further(html):
    return re.findall(r'shops__one" href="/go/([^"]+)"', html)


def test_every_shop_has_a_placement_of_its_own_that_credits_the_author():
    chosen, other = joined(DEAR, CHEAP)
    page = make_post("review", [chosen], owner=make_writer("ann"))
    rows = Placement.objects.filter(page_id=page.pk)
    assert {row.item_id for row in rows} == {chosen.pk, other.pk}
    assert len({row.code for row in rows}) == 2
    assert {(row.block_path, row.author.user.username) for row in rows} == {(page.products()[0][0], "ann")}


def test_the_cheapest_shop_has_the_button_and_the_others_follow(client):
    chosen, cheap, middle = joined(DEAR, CHEAP, {"final_price_minor": 13900})
    page = make_post("review", [chosen])
    html, code = html_of(client, page), codes(page)
    assert button(html) == code[cheap.pk]
    assert further(html) == [code[middle.pk], code[chosen.pk]]
    assert chosen.title in html and cheap.title not in html, "the writer's words stay"
    assert html.count('rel="sponsored nofollow noopener"') >= 3


@pytest.mark.parametrize(
    "trouble",
    [
        {"available": False},
        {"seen_at": timezone.now() - timedelta(days=3)},
        {"seen_at": timezone.now() - timedelta(days=99)},
        {"price_minor": None, "final_price_minor": None},
        {"network": "jd"},
    ],
    ids=["sold out", "stale", "too old to show", "unknown", "stopped network"],
)
def test_what_is_dead_stale_unknown_or_stopped_does_not_win_however_cheap(client, trouble):
    cheap, dear = joined({"final_price_minor": 100, **trouble}, DEAR)
    switch("jd", False)
    page = make_post("review", [cheap])
    assert button(html_of(client, page)) == codes(page)[dear.pk]


def test_a_shop_that_dies_hands_over_to_the_next_and_says_so(client):
    first, second, third = joined(CHEAP, DEAR, {"final_price_minor": 18900})
    page = make_post("review", [first])
    code = codes(page)
    assert "shops__note" not in html_of(client, page)
    Item.objects.filter(pk=first.pk).update(available=False)
    html = html_of(client, page)
    assert (button(html), further(html)) == (code[second.pk], [code[third.pk]])
    assert f"/go/{code[first.pk]}" not in html and "shops__note" in html
    Item.objects.filter(pk__in=[second.pk, third.pk]).update(available=False)
    html = html_of(client, page)
    assert "/go/" not in html and "product--gone" in html


def test_commission_never_decides():
    now = timezone.now()
    items = joined({**DEAR, "commission_minor": 9_000, "commission_rate_bp": 6_000}, CHEAP)
    shops = [Shop(of_item(item, now, stopped=()), f"c{item.pk}") for item in items]
    assert [shop.code for shop in best_first(shops)] == [f"c{items[1].pk}", f"c{items[0].pk}"]


def test_at_the_same_price_the_writers_own_shop_comes_first(client):
    other, chosen = joined(DEAR, DEAR)
    page = make_post("review", [chosen])
    assert button(html_of(client, page)) == codes(page)[chosen.pk]
    assert further(html_of(client, page)) == [codes(page)[other.pk]]


def test_a_coupon_that_is_over_does_not_make_a_shop_cheap(client):
    over = {"amount_minor": 4000, "threshold_minor": 0, "ends_at": timezone.now() - timedelta(hours=1)}
    chosen, lapsed = joined(DEAR, {**CHEAP, "coupon": over})
    page = make_post("review", [chosen])
    assert button(html_of(client, page)) == codes(page)[chosen.pk]
    assert lapsed.pk in codes(page)


def test_posts_follow_a_join_and_a_split_by_a_task_that_is_kept_with_them(monkeypatch):
    kept = []
    monkeypatch.setattr("content.pages.tasks.place_pages", SimpleNamespace(enqueue=kept.append))
    chosen, late = joined(DEAR, CHEAP)
    Item.objects.filter(pk=late.pk).update(product=None)
    page = make_post("review", [chosen])
    assert set(codes(page)) == {chosen.pk}
    Item.objects.filter(pk=late.pk).update(product=chosen.product)
    joins_changed.send(sender=Item, item_ids=[chosen.pk, late.pk])
    assert kept == [[page.pk]]
    for _twice in range(2):
        publish.place_again(kept[0])
    first = codes(page)
    assert set(first) == {chosen.pk, late.pk}
    Item.objects.filter(pk=late.pk).update(product=None)
    publish.place_again([page.pk])
    assert codes(page) == {chosen.pk: first[chosen.pk]}
    assert Placement.objects.filter(code=first[late.pk]).exists(), "its code goes on redirecting and crediting"


def test_a_shop_without_a_placement_yet_is_not_offered(client):
    chosen, late = joined(DEAR, CHEAP)
    Item.objects.filter(pk=late.pk).update(product=None)
    page = make_post("review", [chosen])
    Item.objects.filter(pk=late.pk).update(product=chosen.product)
    html = html_of(client, page)
    assert button(html) == codes(page)[chosen.pk] and further(html) == []


def test_ten_joined_blocks_take_as_many_queries_as_one(client):
    one, ten = (make_post("list", [joined(DEAR, CHEAP, DEAR)[0] for _ in range(n)]) for n in (1, 10))
    counts = []
    for page in (one, ten):
        html_of(client, page)
    for page in (one, ten):
        with CaptureQueriesContext(connection) as queries:
            html = html_of(client, page)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 19
    assert html.count('class="shops"') == 10


def test_a_preview_shows_the_shops_with_buttons_that_do_nothing(rf):
    chosen, _other = joined(DEAR, CHEAP)
    page = make_post("deal", body=[product(chosen)])
    html = page.make_preview_request(rf.get("/"), "").render().content.decode()
    assert "/go/" not in html and html.count('class="shops__one" aria-disabled') == 1
