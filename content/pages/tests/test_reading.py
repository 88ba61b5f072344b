"""A post as readers get it: labels, exits, states of products, queries."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from affiliate.tracking.api import Placement, PlacementLink
from content.pages.tests.making import make_item, make_post, observe, product, words

pytestmark = pytest.mark.django_db


def html_of(client, page):
    response = client.get(page.get_url_parts()[2] + "?fresh=1")
    assert response.status_code == 200
    return response.content.decode()


def exits(html):
    return re.findall(r'<a[^>]*href="(/go/[^"]+)"[^>]*>', html)


def test_label_and_disclosure_come_before_the_first_purchase_link(client):
    html = html_of(client, make_post("review", [make_item(), make_item()]))
    first = html.index("/go/")
    title = html.index("<h1")
    assert title < html.index('class="ad ad--title"') < html.index("</h1>")
    assert html.index('class="disclosure"') < first


def test_every_exit_is_a_tracked_link_marked_as_sponsored(client):
    page = make_post("deal", [make_item()])
    html = html_of(client, page)
    found = re.findall(r'<a[^>]*href="/go/[^"]*"[^>]*>', html)
    assert found
    assert all('rel="sponsored nofollow noopener"' in tag for tag in found)
    codes = set(Placement.objects.filter(page_id=page.pk).values_list("code", flat=True))
    assert {path.removeprefix("/go/") for path in exits(html)} == codes


def test_no_affiliate_address_stands_in_the_html(client):
    item = make_item(url="https://item.example.test/1")
    page = make_post("review", [item])
    placement = Placement.objects.get(page_id=page.pk)
    PlacementLink.objects.update_or_create(
        placement=placement, defaults={"url": "https://union.example.test/click?sub=1", "state": "ready"}
    )
    html = html_of(client, page)
    assert "example.test" not in html


def test_a_post_without_products_carries_no_label(client):
    html = html_of(client, make_post("review", []))
    assert 'class="ad ad--title"' not in html
    assert 'class="disclosure"' not in html


def test_a_preview_has_inert_buttons_and_says_so(client):
    page = make_post("deal", [make_item()])
    request = RequestFactory().get("/")
    response = page.make_preview_request(request, "")
    html = response.render().content.decode() if hasattr(response, "render") else response.content.decode()
    assert "/go/" not in html
    assert 'aria-disabled="true"' in html
    assert "preview-note" in html


def test_ten_product_blocks_take_as_many_queries_as_one(client):
    one = make_post("review", [make_item()])
    ten = make_post("review", [make_item() for _ in range(10)])
    for page in (one, ten):  # Wagtail keeps what belongs to the site
        html_of(client, page)
    counts = []
    for page in (one, ten):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            html_of(client, page)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 16


def test_paragraphs_with_links_to_pages_are_looked_up_together(client):
    target = make_post("review", [])
    link = f'<p><a linktype="page" id="{target.pk}">见此文</a></p>'
    few, many = (make_post("review", body=[words(link) for _ in range(n)]) for n in (1, 8))
    html_of(client, few)
    counts = []
    for page in (few, many):
        with CaptureQueriesContext(connection) as queries:
            html = html_of(client, page)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert html.count("见此文") == 8
    assert target.get_url_parts()[2] in html


def test_a_price_stands_with_its_source_and_time(client):
    html = html_of(client, make_post("review", [make_item(seen_at=timezone.now())]))
    clock = timezone.localtime().strftime("%H:")
    stamp = re.search(r'class="product__stamp">([^<]*)', html)
    assert stamp and clock in stamp.group(1)


def test_a_stale_price_says_so_and_an_old_one_is_not_shown(client):
    stale = make_item(seen_at=timezone.now() - timedelta(days=3))
    hidden = make_item(seen_at=timezone.now() - timedelta(days=40))
    assert "product__stamp--old" in html_of(client, make_post("review", [stale]))
    html = html_of(client, make_post("review", [hidden]))
    assert "noprice" in html
    assert "159" not in html


def test_what_was_taken_down_keeps_its_name_and_has_no_button(client):
    html = html_of(client, make_post("review", [make_item(available=False, title="旧耳机")]))
    assert "旧耳机" in html
    assert "product--gone" in html
    assert not exits(html)


def test_a_price_of_nothing_is_no_price(client):
    html = html_of(client, make_post("deal", [make_item(price_minor=0, final_price_minor=0, coupon=None)]))
    assert "¥" not in html


def test_an_item_that_knows_nothing_yet_has_a_designed_place(client):
    bare = make_item(title="", price_minor=None, final_price_minor=None, seen_at=None, source="", coupon=None)
    html = html_of(client, make_post("deal", [bare]))
    assert "noprice" in html
    assert "thumb__none" in html
    assert exits(html)


def test_a_block_whose_item_is_gone_is_left_out(client):
    html = html_of(client, make_post("review", body=[words("<p>只有文字</p>"), product(None)]))
    assert "只有文字" in html
    assert 'class="product' not in html


def test_an_expired_deal_greys_but_keeps_its_link(client):
    page = make_post("deal", [make_item()], ends_at=timezone.now() - timedelta(hours=1))
    html = html_of(client, page)
    assert "deal--over" in html
    assert exits(html)


def test_a_deal_that_ends_soon_says_when(client):
    html = html_of(client, make_post("deal", [make_item()], ends_at=timezone.now() + timedelta(hours=2, minutes=5)))
    assert "chip--soon" in html


def test_a_used_up_coupon_raises_the_price_to_the_shops_own(client):
    item = make_item(coupon={"amount_minor": 4000, "threshold_minor": 19900, "remaining": 0})
    html = html_of(client, make_post("deal", [item]))
    assert "coupon--used_up" in html
    assert '<span class="price price--big"><span class="price__sign">¥</span>199' in html


def test_a_usual_price_needs_thirty_days_of_record(client):
    short, long = make_item(), make_item()
    observe(short, (20, 19900), (2, 15900))
    observe(long, (90, 19900), (2, 15900))
    assert 'class="was"' not in re.sub(r'<span class="was">', "", html_of(client, make_post("review", [short])))
    html = html_of(client, make_post("review", [long]))
    assert '<s class="was">' in html
    assert '<svg class="chart"' in html
    assert "<table>" in html


def test_a_ranked_list_numbers_its_products(client):
    html = html_of(client, make_post("list", [make_item(), make_item(), make_item()]))
    assert re.findall(r'class="product__rank">(\d)<', html) == ["1", "2", "3"]


@pytest.mark.parametrize("kind", ["review", "deal", "list"])
def test_structured_data_parses_and_holds_no_exit(client, kind):
    item = make_item(title='</script><b>"x"')
    html = html_of(client, make_post(kind, [item, make_item()]))
    text = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S).group(1)
    data = json.loads(text)
    assert data["@context"] == "https://schema.org"
    assert "/go/" not in text
    assert '"price": "159.00"' in text
    node = data["@graph"][0]
    assert node["@type"] == ("Review" if kind == "review" else "Article")
    assert node["author"]["url"].endswith("/u/lin/")


def test_nothing_inline_that_a_strict_policy_forbids(client):
    item = make_item()
    observe(item, (90, 19900), (40, 14900), (2, 15900))
    html = html_of(client, make_post("deal", [item]))
    assert not re.search(r"<[^>]+\sstyle=", html)
    assert not re.search(r"<[^>]+\son\w+=", html)
    assert not re.search(r"<script(?![^>]*(src=|ld\+json))", html)


def test_hostile_titles_are_escaped(client):
    html = html_of(client, make_post("deal", [make_item(title="<img src=x onerror=alert(1)>")], title="<b>x</b>"))
    assert "<img src=x" not in html
    assert "<b>x</b>" not in html


def test_the_line_under_the_title_tells_the_oldest_check(client):
    then = timezone.now() - timedelta(days=3)
    html = html_of(client, make_post("review", [make_item(), make_item(seen_at=then)]))
    byline = re.search(r'class="byline">.*?</p>', html, re.S).group()
    local = timezone.localtime(then)
    assert f"{local.month}/{local.day}" in byline or f"{local.month} 月 {local.day} 日" in byline


def test_chips_under_the_title_name_no_price_for_its_source_would_be_elsewhere(client):
    html = html_of(client, make_post("review", [make_item(), make_item()]))
    chips = html[html.index('class="jump"') : html.index("</nav>", html.index('class="jump"'))]
    assert "¥" not in chips


def test_pros_and_cons_and_only_priced_products_are_told_to_machines(client):
    first, bare = make_item(), make_item(price_minor=None, final_price_minor=None, coupon=None)
    body = [product(first, pros=["轻"], cons=["贵", "响"]), product(bare), product(make_item())]
    html = html_of(client, make_post("review", body=body))
    node = json.loads(re.search(r"ld\+json\">(.*?)</script>", html, re.S).group(1))["@graph"][0]
    assert [row["name"] for row in node["positiveNotes"]["itemListElement"]] == ["轻"]
    assert [row["position"] for row in node["negativeNotes"]["itemListElement"]] == [1, 2]
    assert [one["@type"] for one in node["about"]] == ["Product"]
    assert all("offers" in one for one in node["about"])


def test_characters_that_no_page_may_hold_end_with_the_title_they_came_in(client):
    page = make_post("deal", [make_item()], title="好\x08价\u202e反", verdict="值\x1f得👨‍👩‍👧")
    assert (page.title, page.verdict) == ("好价反", "值得👨‍👩‍👧")
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", html_of(client, page))


def test_the_time_of_a_post_is_one_that_programs_can_read(client):
    html = html_of(client, make_post("review", [make_item()]))
    at = datetime.fromisoformat(re.search(r'<time class="fact" datetime="([^"]+)"', html).group(1))
    assert at.tzinfo and at.microsecond == 0


def test_a_deal_without_a_cover_is_shared_with_a_labelled_card_and_not_with_the_shops_picture(client, settings):
    html = html_of(client, make_post("deal", [make_item(image_url="/media/items/one.webp")]))
    assert f'property="og:image" content="{settings.SITE_URL}/static/reader/share-ad.png"' in html
