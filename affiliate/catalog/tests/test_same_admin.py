"""The page on which a person says which items are the same product."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from affiliate.catalog.api import Item, record_snapshot
from affiliate.catalog.models import SameQuestion
from affiliate.connections.tests.fakes import snapshot
from affiliate.networks.types import ItemRef
from affiliate.people.api import User

pytestmark = pytest.mark.django_db
EAN = "6901234567892"


@pytest.fixture
def editing(client):
    """A client of somebody who may answer, and no more."""
    user = User.objects.create_user("eve")
    user.user_permissions.add(*Permission.objects.filter(codename__in=["access_admin", "join_products"]))
    client.force_login(user)
    return client


def seen(item_id, **fields):
    return record_snapshot(snapshot(ref=ItemRef("jd", item_id), commission_minor=87_654, **fields))


def question(number):
    pair = [seen(f"{number}-{one}", title=f"耳机 {number}", shop=f"店 {one}") for one in "ab"]
    return SameQuestion.objects.create(low=pair[0], high=pair[1], likeness=80)


def test_a_yes_is_kept_with_the_name_and_can_be_taken_back(editing):
    asked = question(1)
    page = editing.get(reverse("same:listing")).content.decode()
    assert "80%" in page and "店 a" in page and "店 b" in page
    editing.post(reverse("same:decide", args=[asked.pk]), {"yes": "1"})
    asked.refresh_from_db()
    assert (asked.same, asked.decided_by) == (True, "eve")
    assert Item.objects.filter(product=None).count() == 0
    editing.post(reverse("same:undo", args=[asked.pk]))
    asked.refresh_from_db()
    assert asked.same is None and Item.objects.filter(product=None).count() == 2


def test_both_pictures_stand_beside_the_question(editing):
    asked = question(1)
    Item.objects.filter(pk=asked.low_id).update(image_url="https://img.example/a.jpg")
    page = editing.get(reverse("same:listing")).content.decode()
    assert page.count('src="https://img.example/a.jpg" alt="" width="56"') == 1


def test_a_no_leaves_the_page_and_a_late_answer_changes_nothing(editing):
    asked = question(1)
    editing.post(reverse("same:decide", args=[asked.pk]), {"no": "1"})
    late = editing.post(reverse("same:decide", args=[asked.pk]), {"yes": "1"}, follow=True)
    asked.refresh_from_db()
    assert asked.same is False and Item.objects.filter(product=None).count() == 2
    assert "messages" in late.context and "80%" not in late.content.decode()


def test_an_item_can_be_taken_out_of_its_product(editing):
    one, other = seen("1", barcode=EAN), seen("2", barcode=EAN)
    assert reverse("same:split", args=[one.pk]) in editing.get(reverse("same:listing")).content.decode()
    editing.post(reverse("same:split", args=[one.pk]))
    assert Item.objects.get(pk=one.pk).product_id is None
    assert Item.objects.get(pk=other.pk).product_id is not None


def test_what_is_gone_is_not_found_and_a_get_changes_nothing(editing):
    asked = question(1)
    for name in ("decide", "undo", "split"):
        assert editing.post(reverse(f"same:{name}", args=[999_999])).status_code == 404
        assert editing.get(reverse(f"same:{name}", args=[asked.pk])).status_code == 405


def test_commission_is_not_told(editing):
    question(1)
    assert "876" not in editing.get(reverse("same:listing")).content.decode()


def test_twenty_of_everything_take_as_many_queries_as_one(editing):
    def fill(start, end):
        for number in range(start, end):
            question(number)
            SameQuestion.objects.filter(pk=question(f"{number}-x").pk).update(same=False, decided_by="eve")
            home = seen(f"{number}-1", barcode=EAN).product
            assert home is not None
            Item.objects.filter(item_id__in=[f"{number}-a", f"{number}-b"]).update(product=home)

    fill(0, 1)
    editing.get(reverse("same:listing"))
    with CaptureQueriesContext(connection) as one:
        editing.get(reverse("same:listing"))
    fill(1, 20)
    with CaptureQueriesContext(connection) as many:
        editing.get(reverse("same:listing"))
    assert len(many) == len(one)
