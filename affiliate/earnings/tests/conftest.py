"""The cast: a writer without an agency, one with, the house, and reports about what their readers bought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from affiliate.catalog.models import Item
from affiliate.earnings import crediting
from affiliate.networks.types import LineState, OrderLine
from affiliate.people.models import Agency, Author, User
from affiliate.tracking.models import Placement

T0 = datetime(2026, 11, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class FakeCredit:
    """What tracking answers, without its tables of clicks."""

    placement: Placement
    author: Author
    token: str
    basis: str


def line_of(state: str = "pending", *, after: float | None = 0, **changes: Any) -> OrderLine:
    """A report about one line, as the demo network would give it; `after` is hours after the first, None undated."""
    updated_at = None if after is None else T0 + timedelta(hours=after)
    values: dict[str, Any] = {
        "network": "demo",
        "order_id": "o1",
        "line_id": "o1_1",
        "state": LineState(state),
        "network_state": state,
        "amount_minor": 10_000,
        "estimated_commission_minor": 1_000,
        "settled_commission_minor": 900 if state == "settled" else None,
        "sub_id": "",
        "placed_at": T0,
        "updated_at": updated_at,
    }
    values |= changes
    raw = {"status": values["network_state"], "when": str(updated_at)} | {k: str(v) for k, v in changes.items()}
    return OrderLine(**({"raw": raw} | values))


@pytest.fixture
def ann(db: None) -> Author:
    user = User.objects.create_user("ann", password="ann")
    return Author.objects.create(handle="ann", name="安", user=user)


@pytest.fixture
def bo(db: None) -> Author:
    agency = Agency.objects.create(name="Seven Seas")
    return Author.objects.create(handle="bo", name="波", user=User.objects.create_user("bo"), agency=agency)


@pytest.fixture
def house(db: None) -> Author:
    return Author.objects.create(handle="house", name="本站", is_house=True)


def place(author: Author, code: str, *, page_id: int = 7) -> Placement:
    item = Item.objects.get_or_create(network="demo", item_id="demo-1001", defaults={"title": "咖啡壶"})[0]
    return Placement.objects.create(
        code=code,
        page_id=page_id,
        page_title="手冲入门",
        page_url="/p/coffee/",
        block_path=f"block-{code}",
        block_label="首选",
        author=author,
        item=item,
    )


@pytest.fixture
def credited(ann: Author, bo: Author, house: Author, monkeypatch: pytest.MonkeyPatch) -> dict[str, Placement]:
    """Sub-IDs `annscode`, `boscode` and `housecode` lead to their authors; nothing else leads anywhere."""
    placements = {
        f"{author.handle}scode"[:10]: place(author, f"{author.handle}scode"[:10]) for author in (ann, bo, house)
    }

    def credit_of(sub_id: str, ad_slot: str, network: str, *, at: object = None) -> FakeCredit | None:
        found = placements.get(sub_id)
        return FakeCredit(found, found.author, "", "placement") if found else None

    monkeypatch.setattr(crediting.tracking, "credit_of", credit_of)
    return placements


@pytest.fixture
def operator(db: None) -> User:
    from django.contrib.auth.models import Permission

    user = User.objects.create_user("olga", password="olga")
    for name in ("access_admin", "manage_earnings", "view_commission"):
        user.user_permissions.add(Permission.objects.get(codename=name))
    return user
