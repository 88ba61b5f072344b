"""Another merchant's order is refused and nothing is lost; a test is read like any message and books nothing; a new
secret loses no message while the merchant changes over.
"""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from affiliate.catalog.models import Item
from affiliate.connections import merchants
from affiliate.connections.models import Merchant, MerchantMessage
from affiliate.earnings.messages import receive
from affiliate.earnings.models import Conversion, LedgerEntry, NetworkEvent, Order
from affiliate.networks.api import postback
from affiliate.people.models import Author
from affiliate.tracking.models import AuthorCode, Placement

pytestmark = pytest.mark.django_db
BODY = {
    "order_id": "A-1", "line_id": "1", "state": "confirmed", "currency": "CNY", "amount_minor": 10_000,
    "commission_minor": 1_000, "sub_id": "", "coupon_code": "", "placed_at": "2026-11-20T10:00:00+08:00",
    "updated_at": "2026-11-21T10:00:00+08:00",
}  # fmt: skip


@pytest.fixture(autouse=True)
def shops(db):
    for slug in ("farm", "mill"):
        Merchant.objects.create(
            slug=slug, name=slug, hosts=f"{slug}.example", link_template="x", secret={"current": f"secret-{slug}"}
        )


@pytest.fixture
def mills_code():
    """A placement of an item of the mill's."""
    author = Author.objects.create(handle="ann", name="安")
    item = Item.objects.create(network="direct", item_id="mill:flour", title="面粉")
    Placement.objects.create(
        code="mill0001", page_id=1, page_title="p", page_url="/p/", block_path="b", author=author, item=item
    )
    return "mill0001"


numbers = iter(range(10_000))


def tell(sender="farm", secret=None, **changes):
    body = json.dumps({**BODY, **changes}).encode()
    stamp, nonce = str(int(time.time())), f"nonce-{next(numbers):05d}"
    headers = {
        postback.MERCHANT_HEADER: sender,
        postback.TIMESTAMP_HEADER: stamp,
        postback.NONCE_HEADER: nonce,
        postback.SIGNATURE_HEADER: postback.sign(body, stamp, nonce, secret or f"secret-{sender}"),
    }
    return receive(headers, body)


@pytest.mark.parametrize(
    "claim", [{"sub_id": "mill0001"}, {"sub_id": "mill0001abcdefgh"}, {"item_id": "mill:flour"}, {"merchant": "mill"}]
)
def test_another_merchants_order_is_refused_plainly_and_nothing_is_lost(claim, mills_code):
    assert tell("mill", sub_id=mills_code).content == {"result": "created"}
    before = (Order.objects.values().get(), NetworkEvent.objects.count(), LedgerEntry.objects.count())
    answer = tell("farm", state="invalid", updated_at="2026-12-01T00:00:00+08:00", buyer_phone="13800000000", **claim)
    assert answer.status == 403
    assert answer.content["error"]["kind"] == "permission"
    assert "belongs to another merchant" in answer.content["error"]["message"]
    assert "Nothing was changed" in answer.content["error"]["message"] and "mill" not in str(answer.content)
    assert (Order.objects.values().get(), NetworkEvent.objects.count(), LedgerEntry.objects.count()) == before
    kept = MerchantMessage.objects.get()
    assert (kept.merchant.slug, kept.kind, kept.status, kept.body["order_id"]) == ("farm", "refused", 403, "A-1")
    assert "13800000000" not in json.dumps(kept.body)
    assert tell("farm").content == {"result": "created"}
    assert tell("mill", sub_id=mills_code, state="settled", updated_at="2026-12-02T00:00:00+08:00").status == 200


def test_a_message_that_cannot_be_read_is_kept_for_the_operator_and_a_strangers_is_not():
    assert tell(amount_minor=-1).status == 400
    assert tell(secret="wrong").status == 401
    assert [message.status for message in MerchantMessage.objects.all()] == [400]


def test_a_test_is_read_like_any_message_and_books_nothing(mills_code):
    answer = tell("mill", sub_id=mills_code, test=True)
    assert (answer.status, answer.content["result"], answer.content["credited"]) == (200, "test", True)
    assert answer.credit.author.name == "安" and "安" not in str(answer.content)
    for model in (Order, NetworkEvent, Conversion, LedgerEntry):
        assert not model.objects.exists()
    assert MerchantMessage.objects.get().kind == "test"
    assert tell("mill", sub_id=mills_code, test=True, amount_minor=-1).status == 400
    assert tell("farm", sub_id=mills_code, test=True).status == 403
    assert tell("mill", secret="wrong", test=True).status == 401


def test_a_test_says_whom_a_coupon_code_would_credit():
    author = Author.objects.create(handle="bo", name="波")
    farm = Merchant.objects.get(slug="farm")
    AuthorCode.objects.create(merchant=farm, code="BO10", author=author, starts_at=timezone.now() - timedelta(days=90))
    credit = tell(coupon_code="bo10", test=True).credit
    assert (credit.author, credit.basis) == (author, "code")
    assert tell(coupon_code="BO10").content == {"result": "created"}
    assert Conversion.objects.get().basis == "code"


def test_only_a_true_test_is_one():
    assert tell(test="yes").content == {"result": "created"}


def test_both_secrets_count_while_the_merchant_changes_over_and_the_old_one_ends():
    farm = Merchant.objects.get(slug="farm")
    new = merchants.renew_secret(farm, overlap=timedelta(days=7))
    assert [tell(secret=secret).status for secret in ("secret-farm", new, "wrong")] == [200, 200, 401]
    merchants.end_overlap(farm)
    assert [tell(secret=secret).status for secret in ("secret-farm", new)] == [401, 200]


def test_the_old_secret_ends_by_itself(monkeypatch):
    farm = Merchant.objects.get(slug="farm")
    merchants.renew_secret(farm, overlap=timedelta(days=7))
    later = timezone.now() + timedelta(days=8)
    monkeypatch.setattr(merchants.timezone, "now", lambda: later)
    assert "secret-farm" not in merchants.merchant_secrets("farm")


def test_a_secret_that_is_replaced_without_overlap_ends_at_once():
    merchants.renew_secret(Merchant.objects.get(slug="farm"))
    assert tell(secret="secret-farm").status == 401


def test_the_rate_is_the_one_agreed_when_the_order_was_placed():
    farm = Merchant.objects.get(slug="farm")
    farm.versions.update(valid_from=timezone.now() - timedelta(days=400), commission_rate_bp=800)
    farm.commission_rate_bp = 300
    farm.save()
    tell(commission_minor=None)
    assert Order.objects.get().estimated_commission_minor == 800


def test_kept_messages_are_forgotten_after_ninety_days():
    tell(amount_minor=-1)
    tell(amount_minor=-1)
    old = MerchantMessage.objects.order_by("pk")[0]
    MerchantMessage.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=91))
    assert list(merchants.old_messages(timezone.now())) == [old]
