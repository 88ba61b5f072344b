"""Items seen and answers given at the same time, in real transactions on real connections."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from affiliate.catalog.joining.by_person import answer
from affiliate.catalog.models import Item, Product, SameQuestion
from affiliate.catalog.record import record_snapshot
from affiliate.connections.tests.fakes import snapshot
from affiliate.networks.types import ItemRef

EAN, OTHER = "6901234567892", "4006381333931"


@pytest.fixture
def db(django_db_setup, django_db_blocker):
    """Takes the place of pytest's own: no transaction around the test, and only what it made is deleted."""
    with django_db_blocker.unblock():
        yield
        Product.objects.update(merged_into=None)
        for model in (SameQuestion, Item, Product):
            model.objects.all().delete()


def at_once(*acts: Callable[[], object]) -> list[BaseException]:
    """Do all of these together; what went wrong."""
    problems: list[BaseException] = []
    together = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            together.wait(timeout=20)
            act()
        except BaseException as exc:  # noqa: BLE001 - shown by the test's assertion
            problems.append(exc)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return problems


def seeing(number: int, **fields: str) -> Callable[[], object]:
    return lambda: record_snapshot(snapshot(ref=ItemRef("fake", str(number)), **{"brand": "Sony", **fields}))


def test_items_seen_at_once_find_one_product(db):
    """Eight threads: by barcode, by model, and by both, in any order."""
    ways = [{"barcode": EAN}, {"model": "XM-5"}, {"barcode": EAN, "model": "XM5"}, {"barcode": f"0{EAN}"}] * 2
    assert at_once(*(seeing(number, **way) for number, way in enumerate(ways))) == []
    by_barcode = set(Item.objects.exclude(barcode="").values_list("product_id", flat=True))
    assert len(by_barcode) == 1 and None not in by_barcode
    assert Product.objects.filter(barcode=f"0{EAN}").count() == 1
    assert Product.objects.filter(barcode="").count() <= 1


def test_two_answers_at_once_are_one_while_items_go_on_being_seen(db):
    for number, code in enumerate((EAN, EAN, OTHER, OTHER)):
        seeing(number, barcode=code)()
    low, high = Item.objects.get(item_id="0"), Item.objects.get(item_id="3")
    asked = SameQuestion.objects.create(low=low, high=high)
    given: list[bool] = []
    acts = [lambda: given.append(answer(asked.pk, same=True, by="eve"))] * 3
    assert at_once(*acts, seeing(1, barcode=EAN), seeing(2, barcode=OTHER), seeing(9, barcode=EAN)) == []
    assert sorted(given) == [False, False, True]
    assert len(set(Item.objects.values_list("product_id", flat=True))) == 1
