"""Links are tried by the worker, each for itself."""

from __future__ import annotations

import pytest

from affiliate.catalog.api import Item, Landing, LandingState
from content.moderation import landing

pytestmark = pytest.mark.django_db


def test_one_link_that_breaks_the_test_keeps_no_other_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = (Item.objects.create(network="demo", item_id=f"demo-{n}", title="锅") for n in (1, 2))

    def tried(item: Item) -> Landing:
        if item == bad:
            raise RuntimeError("nobody foresaw this")
        return Landing(LandingState.OK)

    monkeypatch.setattr(landing, "try_landing", tried)
    assert landing.try_items([bad.pk, good.pk]) == 2
    assert landing.results([bad.pk, good.pk]) == {bad.pk: "silent", good.pk: "ok"}
