"""The pool of ad slots in the admin, for who may."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.utils import translation

from affiliate.people.api import Author, User
from affiliate.tracking import slots
from affiliate.tracking.models import AdSlot, SlotLoan

pytestmark = pytest.mark.django_db
PID = "mm_1_2_3"


@pytest.fixture
def operator(client, settings):
    """Logged in, with an account at taobao."""
    settings.NETWORK_ENVIRONMENT = {
        "NETWORK_TAOBAO_APP_KEY": "1",
        "NETWORK_TAOBAO_APP_SECRET": "s",
        "NETWORK_TAOBAO_PID": PID,
    }
    user = User.objects.create_user("op", password="x")
    names = ["access_admin", "view_adslot", "add_adslot", "change_adslot"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    with translation.override("en"):
        yield client


def test_many_slots_are_added_at_once_and_shown_with_who_has_them(operator):
    answer = operator.post(
        "/admin/ad_slots/new/", {"network": "taobao", "lines": "mm_1_2_8\n\nmm_1_2_9:77\n", "note": "x"}
    )
    assert answer.status_code == 302
    assert list(AdSlot.objects.values_list("slot", flat=True)) == ["mm_1_2_8", "mm_1_2_9:77"]
    slots.slot_for(Author.objects.create(handle="lin", name="林"), "taobao")
    page = operator.get("/admin/ad_slots/").content.decode()
    assert "mm_1_2_9:77" in page
    assert "林" in page


@pytest.mark.parametrize("line", ["mm_9_2_3", "300000003", "<b>mm_1_2_3</b>"])
def test_a_slot_of_another_account_or_form_is_refused_whole(operator, line):
    answer = operator.post("/admin/ad_slots/new/", {"network": "taobao", "lines": f"mm_1_2_8\n{line}", "note": ""})
    assert answer.status_code == 200
    assert "<b>mm_1_2_3</b>" not in answer.content.decode()
    assert AdSlot.objects.count() == 0


def test_a_slot_is_taken_back_and_its_history_stays(operator):
    slot = AdSlot.objects.create(network="taobao", slot="mm_1_2_8")
    slots.slot_for(Author.objects.create(handle="lin", name="林"), "taobao")
    answer = operator.post(f"/admin/ad_slots/edit/{slot.pk}/", {"note": "left", "active": "on", "take_back": "on"})
    assert answer.status_code == 302
    loan = SlotLoan.objects.get()
    assert loan.returned_at is not None
    assert str(loan.returned_at.year) in operator.get("/admin/ad_slots/").content.decode()


def test_who_may_not_sees_nothing_of_it(client):
    user = User.objects.create_user("writer", password="x")
    user.user_permissions.set(Permission.objects.filter(codename="access_admin"))
    client.force_login(user)
    for address in ("/admin/ad_slots/", "/admin/ad_slots/new/"):
        assert client.get(address).status_code in (302, 403)
