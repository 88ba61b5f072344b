"""Turns one row of jd.union.open.order.row.query into an order line (JD Union open platform docs: 订单行查询).

JD reports commission net of its own fee. Ids are 64 bit and kept as text; times are Beijing time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from affiliate.networks.clocks import BEIJING
from affiliate.networks.doubts import doubting
from affiliate.networks.jd.codes import FINISHED, line_state
from affiliate.networks.jd.parsing import from_millis
from affiliate.networks.jd.recognise import SLUG
from affiliate.networks.privacy import without_personal
from affiliate.networks.reading import field, lines_of, part
from affiliate.networks.sanity import clean_title, exact_minor, storable
from affiliate.networks.types import LineState, OrderLine, RejectedRow
from affiliate.networks.wording import Said


def read_rows(
    rows: list[Any], now: datetime, first_line: int = 1
) -> tuple[tuple[OrderLine, ...], tuple[RejectedRow, ...]]:
    """The lines of one page, and apart from them the rows that could not be read."""
    return lines_of(rows, lambda row: order_line(row, now), first_line)


@doubting
def order_line(row: Mapping[str, Any], now: datetime) -> OrderLine:
    """One line. Raises ValueError saying which field cannot be read."""
    if not isinstance(row, Mapping):
        raise ValueError(Said("the row is not an object"))
    order_id, sku_id = id_text(row, "orderId"), id_text(row, "skuId")
    code = field(row, "validCode", number)
    paid_out_at = pay_date(row.get("payMonth"))
    paid_out = code == FINISHED and paid_out_at is not None and paid_out_at <= now
    state, unknown = line_state(code, paid_out=paid_out)
    placed_at = field(row, "orderTime", beijing_time)
    if placed_at is None:
        raise ValueError(Said("%(field)s is missing", field="orderTime"))
    amount = field(row, "estimateCosPrice", amount_of)
    return OrderLine(
        network=SLUG,
        order_id=order_id,
        line_id=str(row.get("id") or f"{order_id}_{sku_id}"),
        state=state,
        network_state=str(row["validCode"]),
        amount_minor=amount,
        estimated_commission_minor=_estimate(row, code),
        settled_commission_minor=_settled(row) if state is LineState.SETTLED else None,
        sub_id=str(row.get("subUnionId") or "").strip(),
        placed_at=placed_at,
        updated_at=field(row, "modifyTime", beijing_time),
        raw=storable(without_personal(row)),
        item_id=sku_id,
        item_title=clean_title(row.get("skuName")),
        shop=clean_title(part(row, "goodsInfo").get("shopName"), 100),
        quantity=max(number(row.get("skuNum") or 1), 1),
        ad_slot=ad_slot(row.get("positionId")),
        finished_at=field(row, "finishTime", beijing_time),
        settled_at=paid_out_at if paid_out else None,
        refunded_minor=_refunded(row, code, amount),
        unknown_state=unknown,
    )


def _estimate(row: Mapping[str, Any], code: int) -> int:
    """JD's estimate for us. After completion a return lowers `actualFee` alone, so the smaller of both holds."""
    estimate = field(row, "estimateFee", amount_of)
    if code == FINISHED and _returned(row):
        return min(estimate, field(row, "actualFee", amount_of))
    return estimate


def _settled(row: Mapping[str, Any]) -> int:
    """What JD settled. Raises ValueError where it does not say: an absent amount is no zero that was paid."""
    if row.get("actualFee") in (None, ""):
        raise ValueError(Said("%(field)s is missing", field="actualFee"))
    return field(row, "actualFee", amount_of)


def _refunded(row: Mapping[str, Any], code: int, amount: int) -> int:
    """What went back to the buyer, as far as the row tells: known only after completion."""
    if code != FINISHED or not _returned(row):
        return 0
    return max(amount - field(row, "actualCosPrice", amount_of), 0)


def _returned(row: Mapping[str, Any]) -> bool:
    return number(row.get("skuReturnNum") or 0) + number(row.get("skuFrozenNum") or 0) > 0


def amount_of(value: Any) -> int:
    """Yuan as fen; what is absent is nothing."""
    return exact_minor(value) if value not in (None, "") else 0


def number(value: Any) -> int:
    """A whole number, given as number or text."""
    try:
        return int(str(value).strip())
    except ValueError:
        raise ValueError(Said("%(value)s is not a whole number", value=repr(str(value)[:40]))) from None


def id_text(row: Mapping[str, Any], name: str) -> str:
    """An id as text. Raises ValueError where it is missing or zero."""
    text = str(row.get(name) or "").strip()
    if not text.isdecimal() or not text.strip("0"):
        raise ValueError(Said("%(field)s is missing", field=name))
    return text


def ad_slot(value: Any) -> str:
    """The 推广位 as text, empty for none and for zero."""
    text = str(value or "").strip()
    return text if text.isdecimal() and text.strip("0") else ""


def beijing_time(value: Any) -> datetime | None:
    """A time as JD writes it, in UTC; None for empty and for zero. Epoch milliseconds are read as well."""
    text = str(value or "").strip()
    if not text or not text.strip("0"):
        return None
    if text.isdecimal():
        return from_millis(text)
    try:
        at = datetime.strptime(text[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
    except ValueError:
        raise ValueError(Said("%(value)s is not a time", value=repr(text[:40]))) from None
    return at.astimezone(UTC)


def pay_date(value: Any) -> datetime | None:
    """The end of the day on which JD pays (payMonth, yyyyMMdd), in UTC; None while there is none."""
    text = str(value or "").strip()
    if len(text) != 8 or not text.isdecimal():
        return None
    try:
        day = datetime.strptime(text, "%Y%m%d").replace(tzinfo=BEIJING)
    except ValueError:
        return None
    return (day + timedelta(days=1)).astimezone(UTC)
