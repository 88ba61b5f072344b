"""Walks the order report of one window, ten days a query at most, and after it the refunds of the same time.

Source: VOP docs, UnionOrderService. A refund after settlement stands in a report of its own: the orders it is about are
read again and come with what it takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from affiliate.networks.errors import PermissionNeeded, ProtocolError
from affiliate.networks.paging import Answer, Ask, NumberedRows, Report, stretches
from affiliate.networks.reading import rows_of
from affiliate.networks.types import OrderPage, RejectedRow, TimeType, Window
from affiliate.networks.vip.client import ORDERS, REFUNDS, Method, VipClient, request_id
from affiliate.networks.vip.orders import read_rows, whole
from affiliate.networks.vip.recognise import SLUG
from affiliate.networks.wording import Said

LONGEST = timedelta(days=10)
REPORT = Report(SLUG, size=100)
AT_ONCE = 50
"""Orders asked for by number in one query."""
CLOCKS = {TimeType.UPDATED: "updateTime", TimeType.CREATED: "orderTime"}
COMPLETED, SETTLED = 1, 2
"""searchType: refunds by the time they were completed, and by the time they were settled."""


def order_pages(client: VipClient, window: Window) -> Iterator[OrderPage]:
    """The pages of a window. Raises after the pages that came well."""
    clock = CLOCKS[window.time_type]
    for stretch in stretches(window, LONGEST):
        for first_line, rows in _walk(client, ORDERS, "queryModel", "orderInfoList", clock, {}, stretch):
            yield OrderPage(*read_rows(rows, first_line))
    if window.time_type is TimeType.UPDATED:
        yield from _refunds(client, window)


def _walk(
    client: VipClient,
    method: Method,
    wrapper: str,
    name: str,
    clock: str,
    fields: dict[str, Any],
    window: Window,
) -> Iterator[NumberedRows]:
    """The new rows of every page of one report."""

    def asker(part: Window) -> Ask:
        def ask(page: int) -> Answer:
            times = {f"{clock}Start": millis(part.start), f"{clock}End": millis(part.end)}
            asked = {"page": page, "pageSize": REPORT.size, "requestId": request_id()}
            return answer_of(client.call(method, {wrapper: fields | times | asked}), name)

        return ask

    return REPORT.read(asker, window)


def answer_of(result: Any, name: str) -> Answer:
    """One page; a result of null is a page with nothing on it."""
    if result is None:
        return Answer([], 0)
    found = result.get(name) if isinstance(result, dict) else result
    if not isinstance(result, dict) or not (found is None or isinstance(found, list)):
        raise ProtocolError(
            "VIP's answer has a form that is not known here.", network=SLUG, code="envelope", detail=repr(result)[:300]
        )
    try:
        total = whole(result.get("total"))
    except ValueError:
        return Answer(found or [])
    return Answer(found or [], max(total, 0))


def _refunds(client: VipClient, window: Window) -> Iterator[OrderPage]:
    """The orders that refunds of this time are about, with what these take."""
    try:
        refunds = _refunds_by_order(client, window)
    except PermissionNeeded as error:
        # Orders must go on coming for an account without it, and somebody must know what they lack.
        yield OrderPage((), (RejectedRow(0, Said("refunds cannot be read: %(reason)s", reason=error.detail)),))
        return
    numbers = sorted(refunds)
    for first in range(0, len(numbers), AT_ONCE):
        asked = numbers[first : first + AT_ONCE]
        model = {"orderSnList": asked, "page": 1, "pageSize": REPORT.size, "requestId": request_id()}
        rows = answer_of(client.call(ORDERS, {"queryModel": model}), "orderInfoList").rows
        lines, rejected = read_rows(rows, first + 1, refunds)
        found = {str(row.get("orderSn")) for row in rows_of(rows)}
        lost = [
            RejectedRow(first + 1, Said("refund of order %(order)s, which VIP does not report", order=number))
            for number in asked
            if number not in found
        ]
        yield OrderPage(lines, (*rejected, *lost))


def _refunds_by_order(client: VipClient, window: Window) -> dict[str, list[dict[str, Any]]]:
    """Every refund of the window, each once, by the number of its order."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for kind in (COMPLETED, SETTLED):
        fields = {"searchType": kind}
        for stretch in stretches(window, LONGEST):
            walk = _walk(client, REFUNDS, "request", "refundOrderInfoList", "searchTime", fields, stretch)
            for row in (row for _, rows in walk for row in rows_of(rows)):
                number = str(row.get("orderSn") or "").strip()[:60]
                key = str(row.get("afterSaleSn") or row.get("applyTime") or "")
                if number:
                    found.setdefault(number, {})[key] = row
    return {number: list(rows.values()) for number, rows in found.items()}


def millis(at: datetime) -> int:
    """Epoch milliseconds, as VIP counts."""
    return int(at.timestamp() * 1000)
