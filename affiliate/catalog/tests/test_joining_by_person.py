"""A person's yes and no: kept, acted on once, never asked again, and taken back without a loss."""

from __future__ import annotations

import pytest
from django.utils import timezone

from affiliate.catalog.api import Item, record_snapshot
from affiliate.catalog.joining.by_person import answer, split, undo
from affiliate.catalog.joining.candidates import propose
from affiliate.catalog.models import JoinedBy, Product, SameQuestion
from affiliate.connections.tests.fakes import snapshot
from affiliate.networks.types import ItemRef

pytestmark = pytest.mark.django_db
EAN, OTHER = "6901234567892", "4006381333931"
ONE, ALIKE, UNLIKE = "声隅 降噪头戴耳机 H3", "声隅 H3 头戴降噪耳机", "云栅 无线人体工学鼠标"


def seen(item_id, title=ONE, network="fake", **fields):
    given = {"shop": f"店 {item_id}", "brand": "", **fields}
    return record_snapshot(snapshot(ref=ItemRef(network, item_id), title=title, **given))


def question_of(first, second):
    return SameQuestion.objects.create(low=first, high=second, likeness=80)


def products():
    return dict(Item.objects.order_by("pk").values_list("item_id", "product_id"))


def test_like_names_are_asked_about_once():
    first, second = seen("1"), seen("2", ALIKE)
    seen("3", UNLIKE)
    assert (propose(), propose()) == (1, 0)
    asked = SameQuestion.objects.get()
    assert (asked.low_id, asked.high_id, asked.same) == (first.pk, second.pk, None)
    Item.objects.update(compared_at=None)
    assert propose() == 0


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"barcode": EAN}, {"barcode": OTHER}),
        ({"barcode": EAN}, {"barcode": EAN}),
        ({"brand": "声隅"}, {"brand": "听禾"}),
        ({"shop": "同一家"}, {"shop": "同一家"}),
    ],
)
def test_nobody_is_asked_what_is_known(first, second):
    seen("1", **first)
    seen("2", ALIKE, **second)
    assert propose() == 0


def test_a_new_title_is_compared_again():
    seen("1", UNLIKE)
    seen("2")
    assert propose() == 0
    seen("1", ALIKE, seen_at=timezone.now())
    assert propose() == 1


def test_a_yes_joins_and_a_second_answer_changes_nothing():
    first, second = seen("1"), seen("2", ALIKE)
    asked = question_of(first, second)
    assert answer(asked.pk, same=True, by="eve")
    assert not answer(asked.pk, same=False, by="bob")
    asked.refresh_from_db()
    assert (asked.same, asked.decided_by) == (True, "eve")
    assert len(set(products().values())) == 1 and None not in products().values()
    assert set(Item.objects.values_list("joined_by", flat=True)) == {JoinedBy.PERSON}


def test_a_yes_between_two_products_brings_all_their_items_and_can_be_undone():
    for number, code in ((1, EAN), (2, EAN), (3, OTHER), (4, OTHER)):
        seen(str(number), barcode=code)
    before = products()
    asked = question_of(Item.objects.get(item_id="1"), Item.objects.get(item_id="3"))
    answer(asked.pk, same=True, by="eve")
    assert len(set(products().values())) == 1
    later = seen("5", barcode=OTHER)
    assert later.product_id == products()["1"], "a merged product leads to the one that stands for it"
    assert undo(asked.pk) and not undo(asked.pk)
    after = products()
    assert {name: after[name] for name in before} == before
    assert after["5"] == after["3"], "what came by itself meanwhile finds its own product"
    assert Product.objects.count() == 2 and not Product.objects.exclude(merged_into=None).exists()


def test_a_no_is_not_asked_again_nor_about_what_is_joined_to_it():
    first, second = seen("1"), seen("2", ALIKE)
    propose()
    answer(SameQuestion.objects.get().pk, same=False, by="eve")
    twin = seen("3", ONE, barcode=EAN)
    Item.objects.filter(pk=first.pk).update(product=twin.product, joined_by=JoinedBy.PERSON)
    Item.objects.update(compared_at=None)
    assert propose() == 0
    assert Item.objects.get(pk=second.pk).product_id is None


def test_a_no_holds_against_an_equal_barcode_until_it_is_taken_back():
    first, second = seen("1", barcode=EAN), seen("2")
    asked = question_of(first, second)
    answer(asked.pk, same=False, by="eve")
    assert seen("2", barcode=EAN, seen_at=timezone.now()).product_id is None
    undo(asked.pk)
    assert len(set(products().values())) == 1
    asked.refresh_from_db()
    assert asked.same is None


def test_what_is_taken_out_stays_out_keeps_its_data_and_can_come_back():
    for number in (1, 2, 3):
        seen(str(number), barcode=EAN)
    out = Item.objects.get(item_id="3")
    assert split(out.pk, by="eve") and not split(out.pk, by="eve")
    again = seen("3", barcode=EAN, seen_at=timezone.now())
    assert again.product_id is None and again.barcode and again.observations.exists()
    for asked in SameQuestion.objects.filter(same=False):
        undo(asked.pk)
    assert len(set(products().values())) == 1
