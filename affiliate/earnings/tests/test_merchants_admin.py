"""Direct merchants in the admin: their orders, codes, feeds and the console; who may, and that no secret is shown."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from affiliate.catalog.feeds import reading
from affiliate.catalog.models import FeedHold, FeedRun, Item, MerchantFeed
from affiliate.connections.models import Merchant, MerchantMessage
from affiliate.earnings.ingest import ingest
from affiliate.earnings.models import LedgerEntry, NetworkEvent, Order
from affiliate.earnings.tests.conftest import line_of
from affiliate.tracking.models import AuthorCode

pytestmark = pytest.mark.django_db
SECRET = "a-secret-of-the-farm-9921"


def farm_of(slug: str = "farm") -> Merchant:
    return Merchant.objects.create(
        slug=slug, name="小麦农场", hosts=f"{slug}.example", link_template=f"https://{slug}.example/{{item_id}}?t={{token}}",
        commission_rate_bp=800, terms="按月结算", secret={"current": SECRET},
    )  # fmt: skip


@pytest.fixture
def farm(db):
    return farm_of()


@pytest.fixture
def operating(client, operator):
    operator.user_permissions.add(Permission.objects.get(codename="change_merchant"))
    client.force_login(operator)
    return client


def page(client, merchant) -> str:
    answer = client.get(reverse("earnings:merchant", args=[merchant.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_merchants_page_shows_what_was_agreed_its_orders_and_no_secret(operating, farm, ann):
    AuthorCode.objects.create(merchant=farm, code="ANN10", author=ann, starts_at=timezone.now() - timedelta(days=1))
    ingest(
        line_of(
            network="direct", merchant="farm", line_id="farm:o1:1", coupon_code="ANN10", item_title="蜂蜜",
            placed_at=timezone.now(),
        ),
        "push",
    )  # fmt: skip
    text = page(operating, farm)
    for part in (
        "小麦农场",
        "8%",
        "按月结算",
        "ANN10",
        "蜂蜜",
        "¥6.66",
        "优惠码",
        "send_order",
        "X-Zhongcao-Signature",
    ):
        assert part in text or part == "send_order", part
    assert SECRET not in text
    line = operating.get(reverse("earnings:line", args=[Order.objects.get().pk])).content.decode()
    assert "ANN10" in line and "按下单时的约定" in line
    assert "小麦农场" in operating.get(reverse("earnings:merchants")).content.decode()


def test_ten_merchants_take_as_many_queries_as_one(operating, farm, django_assert_num_queries):
    url = reverse("earnings:merchants")
    operating.get(url)
    with CaptureQueriesContext(connection) as one:
        operating.get(url)
    for number in range(9):
        farm_of(f"farm{number}")
    with django_assert_num_queries(len(one)):
        operating.get(url)


def test_pages_are_closed_to_authors_and_to_operators_who_may_not_change(client, farm, ann, operator):
    ann.user.user_permissions.add(*Permission.objects.filter(codename__in=["access_admin", "view_commission"]))
    client.force_login(ann.user)
    pages = [("earnings:merchants", []), ("earnings:merchant", [farm.pk]), ("catalog:feed", [farm.pk])]
    for name, args in pages:
        assert client.get(reverse(name, args=args)).status_code in (302, 403)
    assert client.post(reverse("earnings:codes", args=[farm.pk]), {"code": "ANN10"}).status_code in (302, 403)
    client.force_login(operator)
    assert client.get(reverse("catalog:feed", args=[farm.pk])).status_code in (302, 403)
    client.post(reverse("earnings:codes", args=[farm.pk]), {"code": "ANN10", "author": ann.pk})
    assert not AuthorCode.objects.exists() and not MerchantFeed.objects.exists()


def test_a_code_is_given_and_ended_and_nobody_else_gets_a_live_one(operating, farm, ann, bo):
    url = reverse("earnings:codes", args=[farm.pk])
    operating.post(url, {"code": "ann10", "author": ann.pk, "benefit": "满 100 减 10"})
    code = AuthorCode.objects.get()
    assert (code.code, code.author, code.created_by) == ("ANN10", ann, "olga")
    answer = operating.post(url, {"code": "ANN10", "author": bo.pk}, follow=True)
    assert "已属于" in answer.content.decode() and AuthorCode.objects.count() == 1
    operating.post(url, {"end": code.pk})
    code.refresh_from_db()
    assert code.closed_at
    operating.post(url, {"code": "ANN10", "author": bo.pk})
    assert AuthorCode.objects.filter(author=bo, closed_at=None).exists()
    assert "没有这个优惠码" in operating.post(url, {"end": "no"}, follow=True).content.decode()


def test_the_console_shows_the_outcome_and_touches_no_money(operating, farm, ann):
    AuthorCode.objects.create(merchant=farm, code="ANN10", author=ann, starts_at=timezone.now() - timedelta(days=1))
    url = reverse("earnings:merchant", args=[farm.pk])
    body = {
        "order_id": "T1", "state": "confirmed", "amount_minor": 10_000, "coupon_code": "ann10", "test": False,
        "placed_at": timezone.now().isoformat(), "updated_at": timezone.now().isoformat(),
    }  # fmt: skip
    text = operating.post(url, {"body": json.dumps(body), "signed": "right"}).content.decode()
    assert "安" in text and "¥8.00" in text
    for wrong, status in (("wrong", "401"), ("old", "401")):
        assert status in operating.post(url, {"body": json.dumps(body), "signed": wrong}).content.decode()
    assert "400" in operating.post(url, {"body": "no json", "signed": "right"}).content.decode()
    for model in (Order, NetworkEvent, LedgerEntry):
        assert not model.objects.exists()
    assert [(kept.kind, kept.status) for kept in MerchantMessage.objects.all()] == [("refused", 400), ("test", 200)]
    Merchant.objects.update(secret={})
    assert operating.post(url, {"body": "{}", "signed": "right"}).status_code == 422


def test_a_feed_is_entered_uploaded_and_decided_about(operating, farm):
    url = reverse("catalog:feed", args=[farm.pk])
    assert operating.post(url, {"url": "http://127.0.0.1/x", "every_hours": "6"}).status_code == 422
    assert operating.post(url, {"url": "https://feeds.example/x?key=1", "every_hours": "6"}).status_code == 302
    assert MerchantFeed.objects.get().next_at

    def put(price: str) -> FeedRun:
        rows = f"1,蜂蜜,{price}\n2,坏,\n3,面粉,9.90\n4,燕麦,19.90\n"
        file = SimpleUploadedFile("货.csv", f"id,title,price\n{rows}".encode("gb18030"))
        operating.post(reverse("catalog:upload", args=[farm.pk]), {"file": file})
        run = FeedRun.objects.first()
        reading.read(run.pk)
        return run

    run = put("12.80")
    assert not Item.objects.exists()  # a first feed waits for a person
    operating.post(reverse("catalog:decide_run", args=[run.pk]), {"accept": "1"})
    reading.read(run.pk)
    text = operating.get(reverse("catalog:run", args=[run.pk])).content.decode()
    assert "缺少price" in text and "坏" in text
    put("1280")
    assert "1280.00" in operating.get(url).content.decode()
    operating.post(reverse("catalog:decide", args=[FeedHold.objects.get().pk]), {"accept": "1"})
    assert Item.objects.get(title="蜂蜜").price_minor == 128_000
    assert (FeedHold.objects.get().accepted, FeedHold.objects.get().decided_by) == (True, "olga")
    operating.post(reverse("catalog:read", args=[farm.pk]))
    assert FeedRun.objects.filter(filename="").count() == 1


def test_a_merchants_form_leads_to_its_page_and_keeps_its_short_name(operating, operator, farm):
    operator.user_permissions.add(Permission.objects.get(codename="view_merchant"))
    url = reverse("merchants:edit", args=[farm.pk])
    text = operating.get(url).content.decode()
    assert reverse("earnings:merchant", args=[farm.pk]) in text and reverse("catalog:feed", args=[farm.pk]) in text
    values = {
        "name": "新", "slug": "other", "hosts": "farm.example", "link_template": farm.link_template, "currency": "CNY",
        "commission_rate_bp": "800", "window_days": "7", "code_rule": "link", "active": "on",
    }  # fmt: skip
    assert operating.post(url, values).status_code == 200
    assert operating.post(url, {**values, "slug": "farm", "commission_rate_bp": "10001"}).status_code == 200
    assert operating.post(url, {**values, "slug": "farm"}).status_code == 302
    farm.refresh_from_db()
    assert (farm.slug, farm.window_days, farm.code_rule, farm.versions.count()) == ("farm", 7, "link", 2)


def test_a_secret_is_replaced_with_the_old_one_counting_on_and_ended(operating, farm):
    from affiliate.connections.merchants import merchant_secrets

    url = reverse("connections:secret", args=[farm.pk])
    made = operating.post(url, {"overlap": "7"}).content.decode()
    assert SECRET not in made and len(merchant_secrets("farm")) == 2
    assert SECRET not in operating.get(url).content.decode()
    operating.post(url, {"end": "1"})
    assert len(merchant_secrets("farm")) == 1 and SECRET not in merchant_secrets("farm")


def test_an_author_sees_own_codes_in_use_and_nobody_elses(client, farm, ann, bo):
    ann.user.user_permissions.add(*Permission.objects.filter(codename__in=["access_admin", "view_commission"]))
    since = timezone.now() - timedelta(days=2)
    for code, author, ends_at in (("ANN10", ann, None), ("ANN5", ann, since + timedelta(days=1)), ("BO10", bo, None)):
        AuthorCode.objects.create(merchant=farm, code=code, author=author, starts_at=since, ends_at=ends_at)
    client.force_login(ann.user)
    text = client.get(reverse("earnings:lines")).content.decode()
    assert "ANN10" in text and "小麦农场" in text
    assert "ANN5" not in text and "BO10" not in text
