"""Two items that nobody asked about are joined by hand, with a reason where that cannot be."""

from __future__ import annotations

import pytest
from django.urls import reverse

from affiliate.catalog.api import Item
from affiliate.catalog.joining import by_person
from affiliate.catalog.models import SameQuestion
from affiliate.catalog.tests.test_same_admin import editing, seen  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db
PAGE = "/admin/products/join/"
EAN, OTHER_EAN = "6901234567892", "6909876543210"


def reason(one, other):
    with pytest.raises(by_person.CannotJoin) as refused:
        by_person.join_two(one.pk, other.pk, by="eve")
    return refused.value.reason


def test_two_items_are_found_joined_and_taken_back_again(editing):  # noqa: F811
    one, other = seen("1", title="蓝牙耳机 黑色", shop="店 a"), seen("100012043978", title="无线耳机", shop="店 b")
    texts = {"one_text": "蓝牙 黑色", "other_text": "jd:100012043978"}
    html = editing.post(PAGE, {**texts, "find": "1"}).content.decode()
    assert html.count(" checked") == 2 and "店 a" in html and "店 b" in html
    assert not Item.objects.exclude(product=None).exists(), "finding joins nothing"
    answer = editing.post(PAGE, {**texts, "one": one.pk, "other": other.pk, "join": "1"})
    assert answer.url == reverse("same:listing")
    assert len(set(Item.objects.values_list("product", flat=True))) == 1
    question = SameQuestion.objects.get()
    assert (question.same, question.decided_by) == (True, "eve")
    assert by_person.undo(question.pk)
    assert set(Item.objects.values_list("product", flat=True)) == {None}


def test_a_product_of_two_takes_a_third_and_two_products_become_one():
    items = [seen(str(n), title=f"东西 {n}", shop=f"店 {n}") for n in range(4)]
    by_person.join_two(items[0].pk, items[1].pk, by="eve")
    by_person.join_two(items[3].pk, items[2].pk, by="eve")
    by_person.join_two(items[1].pk, items[2].pk, by="eve")
    assert len(set(Item.objects.values_list("product", flat=True))) == 1


def test_why_not_is_said():
    one, other, third = (seen(str(n), title=f"东西 {n}", shop=f"店 {n}") for n in range(3))
    assert reason(one, one) == "itself"
    by_person.join_two(one.pk, other.pk, by="eve")
    assert reason(other, one) == "joined"
    low, high = sorted((other, third), key=lambda item: item.pk)
    SameQuestion.objects.create(low=low, high=high, same=False)
    assert reason(one, third) == "refused", "a no about what is joined to one of them counts"
    Item.objects.filter(pk=one.pk).update(product=None, barcode=EAN.zfill(14))
    Item.objects.filter(pk=third.pk).update(barcode=OTHER_EAN.zfill(14))
    assert reason(one, third) == "barcode"


def test_the_page_says_why_not_and_keeps_what_was_typed(editing):  # noqa: F811
    one = seen("100012043978", title="东西")
    answer = editing.post(
        PAGE, {"one_text": "jd:100012043978", "other_text": "东西", "one": one.pk, "other": one.pk, "join": "1"}
    )
    html = answer.content.decode()
    assert answer.status_code == 422 and "两边是同一件商品" in html and 'value="jd:100012043978"' in html
    assert not SameQuestion.objects.exists()


def test_nothing_found_is_said_and_what_is_typed_is_hostile_until_escaped(editing):  # noqa: F811
    html = editing.post(
        PAGE, {"one_text": '"><script>alert(1)</script>', "other_text": "没有这种东西"}
    ).content.decode()
    assert "<script>alert" not in html and html.count("error-message") == 2
    answer = editing.post(PAGE, {"one_text": "没有", "other_text": "没有", "one": "1", "other": "x", "join": "1"})
    assert answer.status_code == 422
