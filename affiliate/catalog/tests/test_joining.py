"""Items become offers of one product where that is certain; nothing is lost and nothing is done twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from affiliate.catalog.api import Product, joins_changed, record_snapshot, same_product
from affiliate.catalog.joining.barcodes import gtin
from affiliate.catalog.joining.names import likeness, model_key, words
from affiliate.catalog.models import JoinedBy, SameQuestion
from affiliate.connections.tests.fakes import snapshot
from affiliate.networks.types import ItemRef

EAN = "6901234567892"
OTHER = "4006381333931"


def seen(item_id, network="fake", **fields):
    return record_snapshot(snapshot(ref=ItemRef(network, item_id), **{"brand": "", **fields}))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (EAN, f"0{EAN}"),
        ("690-1234 567892", f"0{EAN}"),
        ("６９０１２３４５６７８９２", f"0{EAN}"),
        (f"0{EAN}", f"0{EAN}"),
        ("036000291452", "00036000291452"),
        ("96385074", "00000096385074"),
        ("10614141000415", "10614141000415"),
    ],
)
def test_one_product_has_one_spelling_of_its_barcode(text, number):
    assert gtin(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "", "6901234567893", "690123456789", "69012345678921", "n/a", "0000000000000", "6901234567892.0",
        "٦٩٠١٢٣٤٥٦٧٨٩٢",
        "2000000000008", "0200000000004", "02000001", "9" * 4000,
    ],
)  # fmt: skip
def test_what_names_no_product_of_the_world_is_no_barcode(text):
    assert gtin(text) == ""


def test_brand_and_model_are_compared_without_case_width_and_signs():
    assert model_key("Sony", "WH-1000XM5") == model_key("ｓｏｎｙ ", "wh 1000 xm5") == "sony|wh1000xm5"
    assert model_key("Sony", "Pro") == model_key("", "WH-1000XM5") == model_key("索尼", "5") == ""


def test_names_are_alike_by_their_words_and_never_where_figures_contradict():
    one, same, other = "声隅 降噪头戴耳机 H3", "声隅 H3 头戴降噪耳机", "声隅 降噪头戴耳机 H5"
    assert likeness(words(one), words(same)) >= 60
    assert likeness(words(one), words(other)) == 0
    assert likeness(words(""), words(one)) == 0


@pytest.mark.django_db
class TestJoiningByItself:
    def test_an_equal_barcode_joins_over_networks_whatever_the_spelling(self):
        first, second = seen("1", barcode=EAN), seen("2", network="jd", barcode=f"0{EAN}")
        assert first.product_id == second.product_id is not None
        assert {first.joined_by, second.joined_by} == {JoinedBy.BARCODE}

    def test_a_wrong_check_digit_joins_nothing(self):
        first, second = seen("1", barcode="6901234567893"), seen("2", barcode="6901234567893")
        assert first.product_id is None and second.product_id is None

    def test_brand_and_model_join_exactly_and_a_title_alone_never(self):
        first = seen("1", brand="Sony", model="WH-1000XM5", title="甲")
        second = seen("2", brand="SONY", model="WH1000XM5", title="乙")
        third = seen("3", brand="Sony", model="WH-1000XM4", title="甲")
        assert first.product_id == second.product_id is not None
        assert third.product_id != first.product_id
        assert seen("4", title="甲").product_id is None

    def test_different_barcodes_keep_two_colours_of_one_model_apart(self):
        black = seen("1", brand="Sony", model="XM5", barcode=EAN)
        white = seen("2", brand="Sony", model="XM5", barcode=OTHER)
        nobody_knows = seen("3", brand="Sony", model="XM5")
        assert black.product_id != white.product_id
        assert nobody_knows.product_id is None

    def test_a_product_known_by_its_model_takes_over_the_barcode(self):
        first = seen("1", brand="Sony", model="XM5")
        second, third = seen("2", brand="Sony", model="XM5", barcode=EAN), seen("3", barcode=EAN)
        assert first.product_id == second.product_id == third.product_id
        assert Product.objects.get().barcode == f"0{EAN}"

    def test_the_same_again_changes_nothing_and_keeps_what_is_known(self):
        first, second = seen("1", barcode=EAN), seen("2", barcode=EAN)
        again = seen("2", seen_at=timezone.now() + timedelta(minutes=1))
        assert again.product_id == first.product_id and again.barcode == second.barcode
        assert Product.objects.count() == 1

    def test_a_barcode_that_changed_moves_the_item(self):
        first = seen("1", barcode=EAN)
        seen("2", barcode=EAN)
        moved = seen("2", barcode=OTHER, seen_at=timezone.now() + timedelta(minutes=1))
        assert moved.product_id != first.product_id

    def test_the_database_itself_allows_one_product_per_barcode_and_per_model(self):
        for fields in ({"barcode": f"0{EAN}"}, {"model_key": "sony|xm5"}):
            Product.objects.create(title="x", **fields)
            with pytest.raises(IntegrityError), transaction.atomic():
                Product.objects.create(title="x", **fields)

    def test_a_pair_stands_once_and_in_order(self):
        first, second = seen("1"), seen("2")
        SameQuestion.objects.create(low=first, high=second)
        for low, high in ((first, second), (second, first), (first, first)):
            with pytest.raises(IntegrityError), transaction.atomic():
                SameQuestion.objects.create(low=low, high=high)

    def test_whoever_listens_hears_of_a_join_and_not_of_an_item_alone(self):
        heard = []

        def hear(item_ids, **_kwargs):
            heard.append(set(item_ids))

        joins_changed.connect(hear)
        try:
            first = seen("1", barcode=EAN)
            assert heard == []
            second = seen("2", barcode=EAN)
        finally:
            joins_changed.disconnect(hear)
        assert heard == [{first.pk, second.pk}]

    def test_other_shops_take_two_queries_however_many_and_none_where_nothing_is_joined(
        self, django_assert_num_queries
    ):
        lone = [seen(f"lone-{number}") for number in range(3)]
        with django_assert_num_queries(0):
            assert same_product(lone) == {item.pk: [] for item in lone}
        first, second = seen("1", barcode=EAN), seen("2", barcode=EAN)
        others = [seen(f"more-{number}", barcode=OTHER) for number in range(20)]
        with django_assert_num_queries(2):
            found = same_product([first, others[0], others[19]])
        assert found[first.pk] == [second]
        assert [item.pk for item in found[others[0].pk]] == [item.pk for item in others[1:8]]
        assert len(found[others[19].pk]) == 7
