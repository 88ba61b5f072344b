"""Turns the network's JSON into this house's values: yuan into fen, seconds into UTC, titles into plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from affiliate.networks.errors import ProtocolError
from affiliate.networks.privacy import without_personal
from affiliate.networks.sanity import believable_minor, clean_picture_url, clean_title, exact_minor, storable
from affiliate.networks.types import ItemRef, ItemSnapshot, LineState, OrderLine, OrderPage, RejectedRow
from affiliate.networks.wording import reason_of

SLUG = "example"
STATES = {
    "paid": LineState.PENDING,
    "received": LineState.CONFIRMED,
    "paid_out": LineState.SETTLED,
    "cancelled": LineState.INVALID,
}
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, OverflowError)


def snapshot(row: Any) -> ItemSnapshot:
    """One item. A price that cannot be believed is left out, and `warnings` says so."""
    try:
        warnings: list[str] = []
        url = f"https://www.mall.example/item/{int(row['id'])}"
        price = believable_minor(row.get("price"), warnings=warnings)
        return ItemSnapshot(
            ref=ItemRef(SLUG, str(int(row["id"])), url=url),
            title=clean_title(row["title"]),
            url=url,
            seen_at=datetime.now(UTC),
            image_url=clean_picture_url(row.get("picture")),
            shop=clean_title(row.get("shop"), 100),
            price_minor=price,
            final_price_minor=price,
            warnings=tuple(warnings),
        )
    except UNREADABLE as exc:
        raise ProtocolError("The network's item cannot be read.", network=SLUG, detail=repr(exc)[:200]) from exc


def order_page(rows: Sequence[Any]) -> OrderPage:
    """The lines of a page; a row that cannot be read is told with its place, and the others still count."""
    lines: list[OrderLine] = []
    rejected: list[RejectedRow] = []
    for number, row in enumerate(rows, 1):
        try:
            lines.append(order_line(row))
        except UNREADABLE as exc:
            rejected.append(RejectedRow(number, reason_of(exc) if isinstance(exc, ValueError) else repr(exc)[:200]))
    return OrderPage(tuple(lines), tuple(rejected))


def order_line(row: Mapping[str, Any]) -> OrderLine:
    """One line. A state that is in no table earns nothing yet and is shown to a person: `unknown_state`."""
    word = str(row["status"])
    state = STATES.get(word, LineState.PENDING)
    commission = exact_minor(row["commission"])
    return OrderLine(
        network=SLUG,
        order_id=str(row["order"]),
        line_id=f"{row['order']}_{row['id']}",
        state=state,
        network_state=word,
        unknown_state=word not in STATES,
        amount_minor=exact_minor(row["paid"]),
        estimated_commission_minor=commission,
        settled_commission_minor=commission if state is LineState.SETTLED else None,
        sub_id=str(row.get("sub") or ""),
        item_id=str(row["id"]),
        item_title=clean_title(row.get("title")),
        placed_at=datetime.fromtimestamp(int(row["at"]), UTC),
        updated_at=datetime.fromtimestamp(int(row["changed"]), UTC),
        raw=storable(without_personal(dict(row))),
    )
