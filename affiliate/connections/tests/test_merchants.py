"""Merchants' secrets and nonces."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from affiliate.connections import merchants
from affiliate.connections.api import Merchant, merchant_secret, use_nonce
from affiliate.connections.models import UsedNonce
from config import retention

pytestmark = pytest.mark.django_db


def farm() -> Merchant:
    return Merchant.objects.create(slug="xiaomai-farm", name="农场", hosts="farm.test", link_template="{url}")


def test_a_renewed_secret_replaces_the_old_one():
    merchant = farm()
    assert merchant_secret("xiaomai-farm") is None
    first = merchants.renew_secret(merchant)
    assert merchant_secret("xiaomai-farm") == first
    assert merchants.renew_secret(merchant) != first != merchant_secret("xiaomai-farm")


def test_the_environment_wins_and_an_unknown_merchant_has_none(settings):
    merchants.renew_secret(farm())
    settings.NETWORK_ENVIRONMENT = {"NETWORK_DIRECT_XIAOMAI_FARM_SECRET": "from-env"}
    assert merchant_secret("xiaomai-farm") == "from-env"
    assert merchant_secret("nobody") is None


def test_a_nonce_is_taken_once_per_merchant():
    assert use_nonce("farm", "n1")
    assert not use_nonce("farm", "n1")
    assert use_nonce("other", "n1")


@pytest.mark.parametrize("nonce", ["x" * 500, "\x00", ""])
def test_any_nonce_can_be_taken(nonce):
    assert use_nonce("farm", nonce)
    assert not use_nonce("farm", nonce)


def test_old_nonces_are_forgotten():
    use_nonce("farm", "old")
    use_nonce("farm", "new")
    UsedNonce.objects.filter(nonce="old").update(seen_at=timezone.now() - timedelta(days=2))
    assert retention.prune()["connections.postback_nonces"] == 1
    assert not use_nonce("farm", "new")
