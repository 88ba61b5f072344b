"""The corpus of pasted texts through the entry that writers use: every network at once, none takes another's text."""

from __future__ import annotations

from collections import Counter

import pytest

from affiliate.catalog.recognise import MOST_ITEMS, recognise
from affiliate.connections.api import Merchant
from affiliate.networks.registry import slugs
from affiliate.networks.tests.corpus import MERCHANT, pasted

CORPUS = pasted()


@pytest.fixture
def _farm(db: None) -> None:
    Merchant.objects.create(**MERCHANT, currency="CNY", commission_rate_bp=800, active=True)


def named(text: str) -> list[tuple[str, str]]:
    return [(adapter.slug, ref.item_id or ref.url) for adapter, ref in recognise(text)]


def test_the_corpus_is_large_and_speaks_of_every_network() -> None:
    assert len(CORPUS) >= 400
    assert sum(not sample.items for sample in CORPUS) >= 100
    assert sum(len({network for network, _item in sample.items}) > 1 for sample in CORPUS) >= 20
    spoken = Counter(network for sample in CORPUS for network, _item in sample.items)
    assert set(spoken) == set(slugs())


@pytest.mark.usefixtures("_farm")
def test_every_text_gives_exactly_its_items_and_nobody_elses() -> None:
    wrong = [
        (sample.text, found, sample.items)
        for sample in CORPUS
        if sorted(found := named(sample.text)) != sorted(sample.items)
    ]
    assert wrong == []


@pytest.mark.usefixtures("_farm")
def test_several_items_are_offered_in_the_order_of_the_text() -> None:
    several = [sample for sample in CORPUS if len({network for network, _item in sample.items}) > 1]
    assert [named(sample.text) for sample in several] == [list(sample.items) for sample in several]


@pytest.mark.usefixtures("_farm")
def test_whole_lists_offer_no_more_than_a_writer_can_choose_from() -> None:
    everything = "\n".join(sample.text for sample in CORPUS if len(sample.items) == 1)
    assert len(recognise(everything)) == MOST_ITEMS
