"""Listings: order, states, queries, and what may not be in them."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from affiliate.catalog.api import Item
from affiliate.people.api import Author
from content.blocks.times import stamp
from content.feed import ranking
from content.feed.api import Card, clear_featured, rank, set_featured
from content.pages.tests.making import make_channel, make_item, make_post, make_writer

pytestmark = pytest.mark.django_db


def get(client, path):
    separator = "&" if "?" in path else "?"
    response = client.get(f"{path}{separator}fresh=1")
    assert response.status_code == 200, path
    return response.content.decode()


def titles(html):
    return re.findall(r'class="card__link"[^>]*>(?:<span class="ad">[^<]*</span> )?([^<]*)</a>', html)


def make_cards(number, start=0):
    """Rows straight into the table: what a listing costs does not depend on how they came there."""
    item = [make_item() for _ in range(number)]
    now = timezone.now()
    Card.objects.bulk_create(
        [
            Card(
                page_id=10_000 + start + n,
                kind=("deal", "review", "list")[n % 3],
                channel_slug="digital",
                channel_name="数码",
                title=f"卡片 {start + n}",
                url=f"/digital/{start + n}/",
                item=item[n],
                code=f"code{start + n:04d}",
                chips=[{"item": item[n].pk, "title": "x"}],
                has_links=True,
                author_id=1,
                author_name="林",
                author_handle="lin",
                first_published_at=now - timedelta(minutes=n),
            )
            for n in range(number)
        ]
    )


def test_a_hundred_cards_take_as_many_queries_as_ten(client, monkeypatch):
    monkeypatch.setattr("content.feed.views.PAGE_SIZE", 100)
    make_channel()
    make_cards(10)
    get(client, "/")
    counts = []
    for more in (0, 90):
        make_cards(more, start=10)
        with CaptureQueriesContext(connection) as queries:
            html = get(client, "/")
        counts.append(len(queries))
    assert len(titles(html)) == 100
    assert counts[0] == counts[1]
    assert counts[0] <= 8


@pytest.mark.parametrize("path", ["/?tab=deals", "/?tab=reviews", "/digital/"])
def test_no_listing_takes_more_queries_for_more_posts(client, path):
    make_channel()
    make_cards(2)
    counts = []
    for more in (1, 16):
        make_cards(more, start=more + 10)
        with CaptureQueriesContext(connection) as queries:
            get(client, path)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_storefront_takes_as_many_queries_for_ten_posts_as_for_one(client):
    owner = make_writer()
    counts = []
    for more in (1, 9):
        for _ in range(more):
            make_post("review", [make_item(), make_item()], owner=owner)
        with CaptureQueriesContext(connection) as queries:
            html = get(client, "/u/lin/")
        counts.append(len(queries))
    assert len(titles(html)) == 10
    assert counts[0] == counts[1]


@pytest.mark.parametrize("path", ["/", "/?tab=reviews"])
def test_a_page_of_the_feed_stays_under_sixty_kilobytes_with_its_styles(client, path):
    make_channel()
    make_cards(63)
    Card.objects.update(
        title="半自动咖啡机用了八个月：它让我早起十分钟，也多擦一次台面", verdict="能稳定做出好喝的拿铁，" * 4
    )
    Item.objects.update(image_url="https://img.example.test/a/picture/with/a/path/as/long/as/they/are.webp")
    html = get(client, path)
    assert len(titles(html)) == 20
    assert len(html.encode()) + len(Path(finders.find("reader/reader.css")).read_bytes()) < 60_000


def test_a_deal_without_a_neighbour_takes_the_whole_row(client):
    for kind in ("deal", "review", "deal", "deal", "review", "deal"):
        make_post(kind, [make_item()])
    html = get(client, "/?tab=deals")
    assert "card--alone" not in html
    cards = re.findall(r'class="card (card--[^"]*)"', get(client, "/u/lin/"))
    assert cards == [
        "card--deal card--alone",
        "card--review",
        "card--deal",
        "card--deal",
        "card--review",
        "card--deal card--alone",
    ]


def test_tabs_and_channels_show_what_they_say(client):
    deal = make_post("deal", [make_item()], channel="digital")
    review = make_post("review", [make_item()], channel="food")
    assert set(titles(get(client, "/"))) == {deal.title, review.title}
    assert titles(get(client, "/?tab=deals")) == [deal.title]
    assert titles(get(client, "/?tab=reviews")) == [review.title]
    assert titles(get(client, "/food/")) == [review.title]
    assert titles(get(client, "/food/?tab=deals")) == []


def test_pages_of_twenty_go_on_until_nothing_is_left(client):
    make_channel()
    make_cards(45)
    seen = []
    for number in (1, 2, 3):
        html = get(client, f"/?page={number}")
        seen += titles(html)
        assert (f"page={number + 1}" in html) == (number < 3)
    assert len(seen) == len(set(seen)) == 45
    assert client.get("/?page=4").status_code == 404
    assert client.get("/?page=abc&tab=nonsense").status_code == 200


def test_featured_posts_stand_first_with_their_reason_and_leave_by_themselves(client):
    old = make_post("review", [make_item()])
    new = make_post("review", [make_item()])
    Card.objects.filter(page_id=old.pk).update(score=0.01)
    assert titles(get(client, "/"))[0] == new.title
    assert set_featured(old.pk, 1, "量得仔细。", timezone.now() + timedelta(hours=1))
    html = get(client, "/")
    assert titles(html)[0] == old.title
    assert "量得仔细。" in html
    Card.objects.filter(page_id=old.pk).update(featured_until=timezone.now() - timedelta(seconds=1))
    html = get(client, "/")
    assert titles(html)[0] == new.title
    assert "量得仔细。" not in html
    clear_featured(old.pk)
    assert Card.objects.get(page_id=old.pk).featured_position is None
    assert not set_featured(999_999, 1, "x", None)


def test_a_card_that_sells_is_labelled_and_its_exit_carries_the_surface(client):
    make_post("deal", [make_item()])
    html = get(client, "/")
    assert re.search(r'class="card__link"[^>]*><span class="ad">', html)
    tag = re.search(r'<a[^>]*href="(/go/[a-z0-9]+\?s=feed)"[^>]*>', html).group(0)
    assert 'rel="sponsored nofollow noopener"' in tag
    assert html.index("say-once") < html.index("/go/")


def test_an_expired_deal_dims_and_has_no_exit(client):
    make_post("deal", [make_item()], ends_at=timezone.now() - timedelta(minutes=1))
    html = get(client, "/")
    assert "card--over" in html
    assert "/go/" not in html


def test_a_price_on_a_card_stands_with_source_and_time_and_hides_when_old(client):
    item = make_item()
    make_post("deal", [item])
    assert timezone.localtime().strftime("%H:") in get(client, "/")
    item.seen_at = timezone.now() - timedelta(days=60)
    item.save()
    html = get(client, "/")
    assert "noprice" in html
    assert "¥</span>159" not in html


def test_no_price_in_a_listing_stands_without_source_and_time(client):
    then = timezone.now() - timedelta(hours=30)
    make_post("review", [make_item(seen_at=then), make_item()])
    make_post("deal", [make_item(seen_at=then)], ends_at=timezone.now() + timedelta(hours=5))
    html = get(client, "/")
    review = html[html.index("card--review") : html.index("</article>", html.index("card--review"))]
    stamps = re.search(r'class="card__asof">([^<]*)<', review).group(1)
    seen = stamp(then, timezone.now())  # a clock, or in the small hours the day before yesterday
    assert seen in stamps and ("may be old" in stamps or "可能已变" in stamps)
    assert "price--old" in review
    closing = html[html.index('class="shelf"') :]
    assert re.search(r'price--mini price--old">.*?</span><span class="fact">[^<]*' + seen, closing)


def test_the_storefront_shows_what_an_author_recommends(client):
    post = make_post("review", [make_item(title="好键盘"), make_item(title="没货的", available=False)])
    html = get(client, "/u/lin/")
    assert post.title in html
    assert "好键盘" in html
    assert "?s=shelf" in html
    assert html.index('class="disclosure"') < html.index("/go/")
    assert client.get("/u/nobody/").status_code == 404


def test_an_author_without_posts_has_a_page_too(client):
    Author.objects.create(handle="new-one", name="新人")
    assert "新人" in get(client, "/u/new-one/")


def test_a_renamed_author_is_renamed_on_every_card(client):
    make_post("deal", [make_item()])
    author = Author.objects.get(handle="lin")
    author.name = "林木"
    author.save()
    assert Card.objects.get().author_name == "林木"


def test_ranking_prefers_what_is_new_and_clicked_and_sinks_what_is_over():
    now = timezone.now()
    plain = ranking.score(published_at=now, clicks=0, ended=False, now=now)
    assert ranking.score(published_at=now, clicks=9, ended=False, now=now) > plain
    assert ranking.score(published_at=now - timedelta(days=4), clicks=0, ended=False, now=now) < plain
    assert ranking.score(published_at=now, clicks=0, ended=True, now=now) < plain


def test_ranking_counts_readers_clicks_and_changes_nothing_the_second_time(monkeypatch):
    make_post("deal", [make_item()])
    card = Card.objects.get()
    monkeypatch.setattr("content.feed.ranking.tracking.click_counts", lambda codes, since: {card.code: 7})
    fixed = timezone.now()
    monkeypatch.setattr("content.feed.ranking.timezone.now", lambda: fixed)
    assert rank() == 1
    assert Card.objects.get().clicks == 7
    assert rank() == 0


def test_rebuilding_makes_the_same_cards_and_keeps_what_is_featured(capsys):
    page = make_post("deal", [make_item()], owner=make_writer())
    set_featured(page.pk, 2, "好。", None)
    before = Card.objects.values().get()
    Card.objects.create(page_id=77, kind="deal", title="鬼", url="/x/", first_published_at=timezone.now())
    call_command("rebuild_cards", "--json")
    assert capsys.readouterr().out.strip() == '{"cards": 1}'
    after = Card.objects.values().get()
    same = set(before) - {"score", "clicks"}
    assert {key: before[key] for key in same} == {key: after[key] for key in same}


def test_a_post_that_not_everybody_may_read_has_no_card():
    page = make_post("deal", [make_item()])
    restriction = PageViewRestriction.objects.create(page=page.get_parent(), restriction_type="login")
    assert not Card.objects.exists()
    page.save_revision().publish()
    assert not Card.objects.exists()
    restriction.delete()
    assert Card.objects.get().page_id == page.pk


def test_a_wrong_address_gets_a_friendly_page(client):
    make_channel()
    response = client.get("/nowhere/at/all/")
    assert response.status_code == 404
    assert "void__number" in response.content.decode()


def test_the_language_switch_sets_a_cookie_and_goes_only_to_our_own_pages(client):
    response = client.post("/language/", {"language": "en", "next": "/digital/"})
    assert response.status_code == 302
    assert response["Location"] == "/digital/"
    assert client.cookies["django_language"].value == "en"
    for target in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        assert client.post("/language/", {"language": "en", "next": target})["Location"] == "/"
    assert client.get("/language/").status_code == 405
