"""Consents: one in force for each kind, the wording named, ended and never deleted."""

from __future__ import annotations

import pytest

from affiliate.people.api import Consent, ConsentKind, User, consent_in_force, give_consent, withdraw_consent

pytestmark = pytest.mark.django_db

TAX = ConsentKind.TAX_IDENTITY


def test_a_new_wording_ends_the_consent_to_the_old_one_and_keeps_both():
    user = User.objects.create_user("amy")
    first = give_consent(user, TAX, "2026-11")
    assert give_consent(user, TAX, "2026-11") == first
    second = give_consent(user, TAX, "2027-01")
    first.refresh_from_db()
    assert first.withdrawn_at is not None and consent_in_force(user, TAX) == second
    assert withdraw_consent(user, TAX) and not withdraw_consent(user, TAX)
    assert consent_in_force(user, TAX) is None and Consent.objects.count() == 2


def test_a_consent_is_for_one_kind_and_one_person():
    amy, ben = User.objects.create_user("amy"), User.objects.create_user("ben")
    give_consent(amy, TAX, "1")
    assert consent_in_force(amy, ConsentKind.PAYOUT) is None
    assert consent_in_force(ben, TAX) is None


@pytest.mark.parametrize("path", ["/", "/search/?q=x", "/feed.xml"])
def test_readers_are_asked_for_nothing_and_given_no_cookie(client, path):
    from content.moderation.tests.factories import site

    site()
    answer = client.get(path)
    assert answer.status_code == 200 and not answer.cookies
    assert "cookie" not in answer.content.decode().lower()
