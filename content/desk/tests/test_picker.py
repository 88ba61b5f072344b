"""What the picker asks and what it gets: products, reasons, and commission only for who may see it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from affiliate.catalog.api import Coupon, Item, Match, record_snapshot
from affiliate.networks import types
from affiliate.networks.errors import Unavailable
from content.desk import finding
from content.moderation.tests.factories import person, site

pytestmark = pytest.mark.django_db

RESOLVE = "/admin/desk/resolve/"
REF = types.ItemRef("jd", "100012345678", "https://item.jd.com/100012345678.html")


def snapshot(**fields):
    given = {
        "ref": REF,
        "title": "示例电饭煲",
        "url": REF.url,
        "seen_at": timezone.now(),
        "shop": "示例旗舰店",
        "price_minor": 39900,
        "final_price_minor": 34900,
        "coupon": types.Coupon(amount_minor=5000, threshold_minor=30000),
        "commission_rate_bp": 400,
        "commission_minor": 1396,
    }
    return types.ItemSnapshot(**{**given, **fields})


@pytest.fixture
def item():
    return record_snapshot(snapshot())


@pytest.fixture
def answers(monkeypatch):
    """Put what the resolver answers."""

    def put(matches):
        monkeypatch.setattr(finding, "resolve", lambda text, *, lookup: matches)

    return put


def ask(client, name, text="https://item.jd.com/100012345678.html"):
    site()
    client.force_login(person(name))
    return client.post(RESOLVE, {"text": text})


def test_a_pasted_link_becomes_a_card(client, item, answers):
    answers([Match(REF, item)])
    card = ask(client, "amy").json()["matches"][0]
    assert card["id"] == item.pk
    assert card["title"] == "示例电饭煲"
    assert (card["price"], card["final_price"]) == ("¥399", "¥349")
    assert card["coupon"]["state"] == "live"
    assert "¥50" in card["coupon"]["text"] and "¥300" in card["coupon"]["text"]
    assert card["seen_at"] and card["complete"]


def test_a_writer_sees_rate_and_expected_money(client, item, answers):
    answers([Match(REF, item)])
    money = ask(client, "amy").json()["matches"][0]["money"]
    assert money["rate"] == "4%"
    assert re.fullmatch(r"¥\d+\.\d\d", money["earn"]) and money["earn"] != "¥0.00", "to the fen, as in the ledger"


def test_nothing_that_an_editor_gets_names_commission(client, item, answers):
    answers([Match(REF, item)])
    answer = ask(client, "eve")
    assert "money" not in answer.json()["matches"][0]
    listed = client.get(f"/admin/desk/items/?ids={item.pk}")
    kept = client.post(f"/admin/desk/items/{item.pk}/hand/", {"title": "x"})
    for each in (answer, listed, kept):
        assert each.status_code == 200
        assert b"commission" not in each.content and b"money" not in each.content and b"13.96" not in each.content


def test_a_failing_network_gives_a_usable_block_and_a_reason(client, answers):
    kept = Item.objects.create(network="jd", item_id="7", title="文字里的标题")
    answers([Match(REF, kept, Unavailable("down", network="jd"))])
    card = ask(client, "amy").json()["matches"][0]
    assert card["title"] == "文字里的标题"
    assert card["problem"] and not card["complete"] and card["by_hand"]


def test_text_that_leads_nowhere_gets_a_message(client):
    answer = ask(client, "amy", "https://unknown.example/1").json()
    assert answer["matches"] == []
    assert "unknown.example" in answer["message"]


def test_several_links_give_a_choice(client, item, answers):
    other = record_snapshot(snapshot(ref=types.ItemRef("jd", "2"), title="另一个"))
    answers([Match(REF, item), Match(REF, other)])
    assert [c["title"] for c in ask(client, "amy").json()["matches"]] == ["示例电饭煲", "另一个"]


def test_words_are_searched_and_the_cheapest_for_the_reader_comes_first(client, monkeypatch):
    dear = snapshot(ref=types.ItemRef("jd", "1"), title="贵", final_price_minor=39900)
    cheap = snapshot(ref=types.ItemRef("jd", "2"), title="便宜", final_price_minor=100)
    unknown = snapshot(
        ref=types.ItemRef("jd", "3"), title="无价", price_minor=None, final_price_minor=None, coupon=None
    )
    monkeypatch.setattr(finding, "search", lambda networks, words, **more: [dear, unknown, cheap])
    answer = ask(client, "amy", "电饭煲").json()
    assert answer["searched"]
    assert [c["title"] for c in answer["matches"]] == ["便宜", "贵", "无价"]


def test_words_that_no_shop_knows_get_a_message(client, monkeypatch):
    monkeypatch.setattr(finding, "search", lambda networks, words, **more: [])
    answer = ask(client, "amy", "不存在的东西").json()
    assert answer["matches"] == [] and "不存在的东西" in answer["message"]


def test_a_search_says_which_shop_was_silent_instead_of_that_nothing_is_known(client, monkeypatch):
    def silent(networks, words, failures):
        failures.append(Unavailable("down", network="demo"))
        return found

    monkeypatch.setattr(finding, "search", silent)
    found = []
    message = ask(client, "amy", "电饭煲").json()["message"]
    assert "演示商店" in message and "电饭煲" not in message
    found = [snapshot(ref=types.ItemRef("jd", "1"), title="有")]
    answer = ask(client, "amy", "电饭煲").json()
    assert len(answer["matches"]) == 1 and "演示商店" in answer["message"]


def test_a_known_product_whose_shop_is_silent_keeps_its_price_and_says_so(client, item, answers):
    answers([Match(REF, item, Unavailable("down", network="jd"))])
    found = ask(client, "amy").json()["matches"][0]
    assert found["complete"] and found["final_price"]
    assert "手动" not in found["problem"] and "上次" in found["problem"]


def test_a_text_beyond_the_limit_is_refused_with_a_message(client):
    answer = ask(client, "amy", "x" * 10_001)
    assert answer.status_code == 400 and answer.json()["message"]


def test_the_picker_is_closed_to_strangers_and_to_forged_posts(client, item):
    assert client.post(RESOLVE, {"text": "x"}).status_code == 302
    refused = client.get("/admin/desk/items/?ids=1", headers={"x-requested-with": "XMLHttpRequest"})
    assert refused.status_code == 403
    site()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person("amy"))
    assert strict.post(RESOLVE, {"text": "x"}).status_code == 403
    assert strict.get(RESOLVE).status_code == 405


def test_all_cards_of_a_page_come_in_one_request(client, item, django_assert_max_num_queries):
    more = [record_snapshot(snapshot(ref=types.ItemRef("jd", str(n)))) for n in range(20)]
    site()
    client.force_login(person("eve"))
    client.get("/admin/desk/items/?ids=1")
    with django_assert_max_num_queries(12):
        answer = client.get(f"/admin/desk/items/?ids={','.join(str(i.pk) for i in more)},999999,x,{'9' * 40}")
    assert [card["id"] for card in answer.json()["items"]] == [i.pk for i in more]


def test_what_is_typed_by_hand_is_kept_in_fen(client):
    kept = Item.objects.create(network="direct", item_id="shop:1")
    site()
    client.force_login(person("amy"))
    answer = client.post(
        f"/admin/desk/items/{kept.pk}/hand/",
        {"title": "手工苹果", "shop": "小店", "price_minor": "¥1,299.9", "coupon_amount_minor": "100元"},
    )
    assert answer.status_code == 200, answer.content
    kept.refresh_from_db()
    assert (kept.title, kept.price_minor, kept.final_price_minor, kept.source) == ("手工苹果", 129990, 119990, "hand")
    assert Coupon.objects.get(item=kept).amount_minor == 10000
    assert answer.json()["item"]["final_price"] == "¥1199.9"


@pytest.mark.parametrize("price", ["-5", "0", "abc", "1.234", "1e9999", "NaN"])
def test_an_amount_that_cannot_be_is_refused_and_named(client, price):
    kept = Item.objects.create(network="direct", item_id="shop:1")
    site()
    client.force_login(person("amy"))
    answer = client.post(f"/admin/desk/items/{kept.pk}/hand/", {"price_minor": price})
    assert answer.status_code == 400
    assert answer.json()["errors"]["price_minor"]
    kept.refresh_from_db()
    assert kept.price_minor is None


def test_a_price_below_the_price_after_coupon_is_refused(client):
    kept = Item.objects.create(network="direct", item_id="shop:1")
    site()
    client.force_login(person("amy"))
    answer = client.post(f"/admin/desk/items/{kept.pk}/hand/", {"price_minor": "10", "final_price_minor": "20"})
    assert answer.status_code == 400 and answer.json()["message"]


def test_an_incomplete_item_says_when_it_has_become_complete(client):
    kept = Item.objects.create(network="jd", item_id=REF.item_id, problem="京东没有回答。")
    site()
    client.force_login(person("amy"))
    before = client.get(f"/admin/desk/items/?ids={kept.pk}").json()["items"][0]
    record_snapshot(snapshot(seen_at=datetime.now(UTC)))
    after = client.get(f"/admin/desk/items/?ids={kept.pk}").json()["items"][0]
    assert (before["complete"], before["problem"]) == (False, "京东没有回答。")
    assert (after["complete"], after["problem"], after["title"]) == (True, "", "示例电饭煲")


def test_a_card_names_the_other_shops_that_its_block_will_offer(client):
    code = {"barcode": "6901234567892"}
    kept = record_snapshot(snapshot(ref=types.ItemRef("jd", "1"), **code))
    record_snapshot(snapshot(ref=types.ItemRef("jd", "2"), shop="第二家", final_price_minor=32900, **code))
    record_snapshot(snapshot(ref=types.ItemRef("demo", "3"), shop="第三家", available=False, **code))
    site()
    client.force_login(person("eve"))
    shown = client.get(f"/admin/desk/items/?ids={kept.pk}").json()["items"][0]["shops"]
    assert shown[0].endswith("第二家 ¥329") and "第三家" in shown[1] and "¥" not in shown[1]
