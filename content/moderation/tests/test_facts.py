"""Facts stop a post: what it sells, to whom, beside what; what is promised and not said; and a link that is dead."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from affiliate.catalog import landing as trying
from affiliate.catalog.api import Item
from affiliate.connections.api import switch
from affiliate.networks.api import BadInput, NotFound, Unavailable
from content.moderation import landing
from content.moderation.checks import check
from content.moderation.models import LandingTest
from content.moderation.tests.factories import draft, person, site
from content.pages.api import DealPage
from content.pages.tests.making import make_item, product, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site():
    site()


def found(*, title="好用", body=None, item=None, kind=None, live=False, **fields):
    blocks = body if body is not None else [product(item or make_item())]
    more = {"kind": kind} if kind else {"used_for": "半年", "used_how": "bought"}
    post = draft(person("amy"), title, body=blocks, **more | fields)
    post.live = live
    return {one.rule: one.blocks for one in check(post)}


def health(**values):
    return product(make_item(title="褪黑素软糖 60 粒"), **values)


def test_banned_goods_stop_and_so_do_health_goods_without_a_number():
    assert found(item=make_item(title="换弹式电子烟"))["goods_banned"]
    assert found(item=make_item(title="新品", category="电子烟"))["goods_banned"]
    assert found(body=[health()])["goods_unapproved"]
    approved = found(body=[health(approval="国食健注G20200001")], used_for="")
    assert not {"goods_unapproved", "approval_shape", "health_endorsed"} & set(approved)
    assert found(body=[health(approval="12345")])["approval_shape"] is False
    assert found(body=[health(approval="国食健注G20200001")])["health_endorsed"] is False


def test_advice_on_health_and_health_goods_do_not_share_a_page():
    sold = [health(approval="国食健注G20200001")]
    assert found(body=sold, health_advice=True)["health_page"]
    assert "health_page" not in found(body=sold) and "health_page" not in found(health_advice=True)
    text = [words('<p>去<a href="https://item.jd.com/1.html">这里</a>看</p>')]
    assert found(body=text, health_advice=True)["health_link"]
    assert "health_link" not in found(body=text)
    other = [words('<p>见<a href="https://www.who.int/">世卫</a></p>')]
    assert "health_link" not in found(body=other, health_advice=True)


@pytest.mark.parametrize("title", ["53 度白酒", "丝绒口红", "褪黑素软糖"])
def test_minors_are_shown_no_alcohol_cosmetics_or_health_goods(title):
    item = make_item(title=title)
    assert found(item=item, for_minors=True)["minors"]
    assert "minors" not in found(item=item) and "minors" not in found(for_minors=True)


def test_medical_words_and_list_prices_stop_what_sells_in_titles_alone():
    assert found(title="能治疗失眠")["medical"] and found(title="原价 299")["list_price"]
    assert found(title="能治疗失眠", body=[])["medical"] is False
    assert found(body=[words("<p>能治疗失眠</p>"), product(make_item())])["medical"] is False
    assert found(title="能治疗失眠", body=[health(approval="国食健注G20200001")])["medical"]
    pills = make_item(title="布洛芬缓释胶囊 24 粒")
    assert found(title="止痛", body=[product(pills)])["medical"]
    assert "medical" not in found(title="止痛", body=[product(pills, approval="国药准字H10900089")])


@pytest.mark.parametrize(
    ("title", "rule"),
    [
        ("拼团价 99", "terms"),
        ("PLUS 价到手", "terms"),
        ("新人价 9.9", "terms"),
        ("定金预售", "terms"),
        ("国补价", "terms"),
    ],
)
def test_a_condition_that_the_title_hints_at_must_be_said(title, rule):
    assert found(title=title, kind=DealPage)[rule] is False
    assert rule not in found(title=title, kind=DealPage, conditions=f"需{title},限 1 件")


def test_automatic_renewal_must_be_in_the_conditions():
    assert found(title="会员连续包月 9 元", kind=DealPage)["renewal"]
    assert "renewal" not in found(title="会员连续包月 9 元", kind=DealPage, conditions="连续包月,随时可退订")


@pytest.mark.parametrize(
    ("title", "finds"),
    [
        ("券后 99 元", True),
        ("到手 ¥120", True),
        ("券后 159 元", False),
        ("到手 158.5 元", False),
        ("满 300 减 40 元", False),
        ("百元耳机推荐", False),
        ("到手 3 件", False),
        ("低至 5 折", False),
        ("只要 3 步装好", False),
        ("到手 2 元/片", False),
        ("券后每片 2 元", False),
    ],
)
def test_a_title_does_not_undercut_its_own_card(title, finds):
    assert ("cheaper_than_shop" in found(title=title, kind=DealPage)) is finds


def test_a_coupon_for_more_than_one_piece_and_a_deal_without_a_price():
    dear = {"amount_minor": 4000, "threshold_minor": 59900}
    assert "threshold" in found(item=make_item(coupon=dear), kind=DealPage)
    assert "threshold" not in found(item=make_item(coupon=dear), kind=DealPage, conditions="买 4 件")
    assert "no_price" in found(item=make_item(final_price_minor=None, price_minor=None, coupon=None), kind=DealPage)


def test_how_one_came_by_it_is_asked_and_a_machine_has_no_experience():
    assert found(used_how="")["own_use"] is False and "own_use" not in found()
    assert found(ai_use="generated", used_for="")["ai_experience"] is False
    assert found(ai_use="generated")["ai_experience"]
    said = {"type": "ai_text", "id": "1", "value": {"text": "<p>我用了三个月</p>", "ai_use": "generated"}}
    plain = {"type": "ai_text", "id": "1", "value": {"text": "<p>续航 30 小时</p>", "ai_use": "generated"}}
    assert found(body=[said, product(make_item())])["ai_experience"]
    assert "ai_experience" not in found(body=[plain, product(make_item())])


def test_a_network_that_is_off_is_said():
    switch("demo", False)
    assert found()["network_off"] is False


def test_a_test_of_the_link_holds_a_day():
    assert "landing_untested" not in found()  # its network spoke of it a moment ago
    item = make_item(source="hand")
    assert found(item=item)["landing_untested"] is False
    row = LandingTest.objects.create(item_id=item.pk, state="dead", tested_at=timezone.now())
    assert found(item=item)["landing_dead"]
    assert found(item=item, live=True)["landing_dead"] is False
    for state, rule in (("different", "landing_different"), ("silent", "landing_untested"), ("ok", None)):
        LandingTest.objects.update(state=state)
        assert {one for one in found(item=item) if one.startswith("landing")} == ({rule} if rule else set())
    row.tested_at = timezone.now() - timedelta(hours=25)
    row.save()
    assert "landing_untested" in found(item=item)


class Opened:
    """An expander that answers as told."""

    def __init__(self, error=None):
        self.error = error

    def expand(self, *_args, **_more):
        if self.error:
            raise self.error


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (None, "ok"),
        (NotFound("gone"), "dead"),
        (Unavailable("slow"), "silent"),
        (BadInput("private"), "untestable"),
    ],
)
def test_the_worker_opens_each_link_once_and_keeps_what_it_found(monkeypatch, error, state):
    monkeypatch.setattr(trying.resolve, "make_expander", lambda: Opened(error))
    item = make_item(network="jd", item_id="100", url="https://item.jd.com/100.html")
    assert landing.try_items([item.pk]) == 1 and landing.try_items([item.pk]) == 0
    assert LandingTest.objects.get().state == state


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, "ok"),
        ({"final_price_minor": 15_000}, "ok"),
        ({"final_price_minor": 19_000}, "different"),
        ({"title": "完全不同的另一件东西"}, "different"),
        ({"available": False}, "dead"),
    ],
)
def test_what_the_network_says_is_compared_with_the_card(monkeypatch, change, state):
    monkeypatch.setattr(trying.resolve, "make_expander", lambda: Opened())
    item = make_item(title="静音保温壶 三升")

    def look(*_args, **_more):
        for name, value in change.items():
            setattr(item, name, value)

    monkeypatch.setattr(trying, "_can_be_asked", lambda _adapter: True)
    monkeypatch.setattr(trying.resolve, "look", look)
    monkeypatch.setattr(trying.incomplete, "adopt", lambda *_args: item)
    known = Item.objects.get(pk=item.pk)
    assert trying.try_landing(known).state == state
