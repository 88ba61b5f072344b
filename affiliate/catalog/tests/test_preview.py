"""A feed that may be in the wrong unit as a whole is shown to a person first, and nothing of it counts until then."""

from __future__ import annotations

import io
import json

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from openpyxl import Workbook

from affiliate.catalog import personal
from affiliate.catalog.feeds import holding, starting
from affiliate.catalog.feeds.reading import read
from affiliate.catalog.models import FeedHold, FeedRun, Item, MerchantFeed
from affiliate.catalog.tests.test_feeds import Server, counts, feed, item, products, server, upload  # noqa: F401
from affiliate.people.api import OPERATORS, User

pytestmark = pytest.mark.django_db

TWELVE = [float(n) for n in range(10, 22)]


@pytest.fixture
def olga(client, settings) -> User:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    user = User.objects.create_user("olga", email="olga@example.org")
    user.groups.add(Group.objects.get(name=OPERATORS))
    client.force_login(user)
    return user


def only_read(feed: MerchantFeed, data: bytes, filename: str = "p.json") -> FeedRun:  # noqa: F811
    run = FeedRun.objects.create(feed=feed, data=data, filename=filename)
    read(run.pk)
    run.refresh_from_db()
    return run


def as_csv(data: bytes) -> bytes:
    rows = [f"{row['id']},{row['title']},{row['price']}" for row in json.loads(data)]
    return "\n".join(["id,title,price", *rows]).encode()


def as_xlsx(data: bytes) -> bytes:
    book, file = Workbook(), io.BytesIO()
    book.active.append(["id", "title", "price"])
    for row in json.loads(data):
        book.active.append([row["id"], row["title"], row["price"]])
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("form", [bytes, as_csv, as_xlsx])
def test_a_first_feed_is_shown_before_anything_is_taken_and_taken_just_as_shown(form, feed):  # noqa: F811
    run = only_read(feed, form(products(1280, 990, 59.8, 100, 200, 300, 400)))
    assert (run.state, counts(run), Item.objects.count()) == ("held", {}, 0)
    shown = run.preview
    assert (shown["why"], shown["products"], shown["new"], shown["bad"]) == (["first"], 7, 7, 0)
    assert (shown["lowest"], shown["median"], shown["highest"]) == (5980, 30_000, 128_000)
    assert [sample["price"] for sample in shown["samples"]] == [5980, 10_000, 30_000, 40_000, 128_000]
    holding.decide(run.pk, accept=True, by="olga")
    read(run.pk)
    run.refresh_from_db()
    assert (run.state, counts(run), run.decided_by, run.data) == ("done", {"created": 7}, "olga", None)
    assert item().price_minor == 128_000


def test_a_refused_first_feed_leaves_nothing_and_the_next_is_shown_again(feed):  # noqa: F811
    run = only_read(feed, products(1280))
    holding.decide(run.pk, accept=False, by="olga")
    run.refresh_from_db()
    assert (run.state, run.data, Item.objects.count()) == ("refused", None, 0)
    assert holding.decide(run.pk, accept=True, by="oskar") is None
    MerchantFeed.objects.update(in_minor_units=True)
    again = only_read(MerchantFeed.objects.get(), products(1280))
    assert (again.state, again.preview["median"]) == ("held", 1280)


def test_a_whole_feed_in_the_wrong_unit_is_one_question_and_old_prices_stay(feed):  # noqa: F811
    upload(feed, products(*TWELVE))
    run = only_read(feed, products(*[int(price * 100) for price in TWELVE]))
    assert (run.state, run.preview["why"], run.preview["changed"]) == ("held", ["median", "many"], 12)
    assert (run.preview["median_before"], run.preview["median"]) == (1500, 150_000)
    assert run.preview["samples"][0]["before"] == 1000
    assert item().price_minor == 1000 and not FeedHold.objects.exists()
    holding.decide(run.pk, accept=True, by="olga")
    read(run.pk)
    assert item().price_minor == 100_000 and not FeedHold.objects.exists()


def test_the_wrong_unit_is_seen_under_other_ids_too(feed):  # noqa: F811
    upload(feed, products(*TWELVE))
    run = only_read(feed, products(*[int(price * 100) for price in TWELVE], first=100))
    assert (run.state, run.preview["why"], run.preview["gone"]) == ("held", ["median"], 12)
    assert Item.objects.count() == 12


@pytest.mark.parametrize(("changed", "state"), [(3, "done"), (4, "held")])
def test_many_prices_that_change_by_more_than_half_are_shown_first(changed, state, feed):  # noqa: F811
    upload(feed, products(*TWELVE))
    run = only_read(feed, products(*[price * 1.6 for price in TWELVE[:changed]], *TWELVE[changed:]))
    assert run.state == state
    assert item().price_minor == (1600 if state == "done" else 1000)


def test_a_sale_of_less_than_half_is_no_question_however_many_take_part(feed):  # noqa: F811
    upload(feed, products(*TWELVE))
    assert counts(only_read(feed, products(*[price / 2 for price in TWELVE]))) == {"changed": 12}


def test_a_fetched_feed_is_held_operators_are_told_once_and_the_newest_counts(feed, server, olga):  # noqa: F811
    upload(feed, products(*TWELVE))
    server.content = products(*[int(price * 100) for price in TWELVE])
    for turn in range(3):
        read(starting.start(MerchantFeed.objects.get()).pk)
        server.content = products(*[int(price * 100) for price in TWELVE], 99_00 + turn)
    assert [run.state for run in FeedRun.objects.all()[:3]] == ["held", "refused", "refused"]
    assert FeedRun.objects.exclude(data=None).count() == 1
    assert [letter.to for letter in mail.outbox] == [["olga@example.org"]]
    assert item().price_minor == 1000 and not MerchantFeed.objects.get().etag


def test_what_was_refused_is_not_asked_about_again_while_the_feed_says_the_same(feed, server, olga):  # noqa: F811
    upload(feed, products(*TWELVE))
    server.content = products(*[int(price * 100) for price in TWELVE])
    first = starting.start(feed)
    read(first.pk)
    holding.decide(first.pk, accept=False, by="olga")
    second = starting.start(MerchantFeed.objects.get())
    read(second.pk)
    second.refresh_from_db()
    assert (second.state, second.decided_by, len(mail.outbox)) == ("refused", "olga", 1)
    server.content = products(*TWELVE)
    third = starting.start(MerchantFeed.objects.get())
    read(third.pk)
    third.refresh_from_db()
    assert (third.state, counts(third)) == ("done", {"unchanged": 12})


def test_the_page_shows_samples_as_readers_see_them_and_its_buttons_decide(feed, olga, client):  # noqa: F811
    picture = "https://img.example/1.jpg"
    run = only_read(feed, products(1280, sale_price="990", image=picture))
    page = client.get(f"/admin/feeds/run/{run.pk}/").content.decode()
    assert "¥990.00" in page and "¥1280.00" in page and picture in page and "货 1" in page
    assert f"/admin/feeds/run/{run.pk}/" in client.get(f"/admin/feeds/{feed.merchant_id}/").content.decode()
    client.post(f"/admin/feeds/run/{run.pk}/decide/", {"refuse": "1"})
    run.refresh_from_db()
    assert (run.state, run.decided_by) == ("refused", "olga")
    client.force_login(User.objects.create_user("nobody"))
    assert client.post(f"/admin/feeds/run/{run.pk}/decide/", {"accept": "1"}).status_code in (302, 403)
    run.refresh_from_db()
    assert run.state == "refused"


def test_the_advice_beside_the_buttons_fits_the_unit_that_the_feed_is_read_in(feed, olga, client):  # noqa: F811
    in_yuan = client.get(f"/admin/feeds/run/{only_read(feed, products(1280)).pk}/").content.decode()
    assert "价格高了一百倍" in in_yuan and "价格低了一百倍" not in in_yuan
    feed.in_minor_units = True
    feed.save()
    in_fen = client.get(f"/admin/feeds/run/{only_read(feed, products(12)).pk}/").content.decode()
    assert "价格低了一百倍" in in_fen and "价格高了一百倍" not in in_fen


def test_what_waits_is_overtaken_by_an_old_feed_that_is_back(feed, server):  # noqa: F811
    old, new = products(*TWELVE), products(*[int(price * 100) for price in TWELVE])
    upload(feed, products(*TWELVE[:-1], 99))
    for content in (old, new, old):
        server.content = content
        read(starting.start(MerchantFeed.objects.get()).pk)
    assert [run.state for run in FeedRun.objects.all()[:3]] == ["same", "refused", "done"]
    assert item().price_minor == 1000


def test_what_was_let_through_while_a_newer_one_was_being_read_is_overtaken_all_the_same(feed):  # noqa: F811
    upload(feed, products(*TWELVE))
    late = only_read(feed, products(*[int(price * 100) for price in TWELVE]))
    newer = FeedRun.objects.create(feed=feed, data=products(*[price + 1 for price in TWELVE]), filename="n.json")
    holding.decide(late.pk, accept=True, by="olga")
    read(newer.pk)
    read(late.pk)
    late.refresh_from_db()
    assert (late.state, late.data, item().price_minor) == ("refused", None, 1100)


def test_few_products_under_new_ids_are_shown_too(feed):  # noqa: F811
    upload(feed, products(10, 20))
    assert only_read(feed, products(1000, 2000, first=50)).preview["why"] == ["median"]
    assert counts(only_read(feed, products(11, 22, first=70))) == {"created": 2, "gone": 2}


def test_who_uploaded_and_decided_is_forgotten_with_their_account(feed):  # noqa: F811
    run = FeedRun.objects.create(feed=feed, uploaded_by="olga", decided_by="olga")
    hold = FeedHold.objects.create(feed=feed, run=run, kind="price", digest="x", decided_by="olga")
    personal.forget("olga", "k")
    run.refresh_from_db()
    hold.refresh_from_db()
    assert (run.uploaded_by, run.decided_by, hold.decided_by) == ("gone-k", "gone-k", "gone-k")
