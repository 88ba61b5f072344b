"""Walks the order report of one window, a day a query at most, and asks for what is settled of it.

Suning tells a settlement only to who asks for the line, weeks after its last change. So each window is read together
with those of 35 and 65 days before: a line comes again when a monthly settlement must have reached it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from affiliate.networks.clocks import BEIJING
from affiliate.networks.errors import PermissionNeeded, ProtocolError
from affiliate.networks.paging import Answer, Ask, Report, stretches
from affiliate.networks.reading import part, rows_of
from affiliate.networks.suning.client import ORDERS, SETTLEMENTS, SuningClient
from affiliate.networks.suning.codes import line_state
from affiliate.networks.suning.orders import read_rows, refused, status_of
from affiliate.networks.suning.recognise import SLUG
from affiliate.networks.types import LineState, OrderPage, RejectedRow, Window
from affiliate.networks.wording import Said

DAY = timedelta(days=1)
BEFORE = (timedelta(0), timedelta(days=35), timedelta(days=65))
REPORT = Report(SLUG, size=50)
AT_ONCE = 20
"""Line numbers in one question for settlements."""


def order_pages(client: SuningClient, window: Window) -> Iterator[OrderPage]:
    """The pages of a window and of those before it. Raises after the pages that came well."""
    for before in BEFORE:
        for stretch in stretches(Window(window.start - before, window.end - before, window.time_type), DAY):
            for first_line, rows in REPORT.read(partial(_ask, client), stretch):
                page = _page(client, rows, first_line)
                if not before or page.lines or page.rejected:
                    yield page


def _ask(client: SuningClient, window: Window) -> Ask:
    def ask(page: int) -> Answer:
        fields = {
            "startTime": window.start.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
            "endTime": window.end.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
            "pageNo": str(page),
            "pageSize": str(REPORT.size),
            "orderLineStatus": "0",
        }
        answer = client.call(ORDERS, fields)
        if answer.value is None:
            return Answer([], 0)
        if not isinstance(answer.value, list):
            raise ProtocolError(
                "Suning's answer has a form that is not known here.",
                network=SLUG,
                code="envelope",
                detail=repr(answer.value)[:300],
            )
        total = str(answer.head.get("totalSize") or "").strip()
        return Answer(answer.value, int(total) if total.isascii() and total.isdecimal() and len(total) < 12 else None)

    return ask


def _page(client: SuningClient, rows: list[Any], first_line: int) -> OrderPage:
    """The lines of one page, those that are confirmed with their settlement."""
    wanted = [
        str(detail.get("orderLineNumber") or "")
        for row in rows_of(rows)
        for detail in rows_of(row.get("orderDetail"))
        if _may_be_settled(detail)
    ]
    notes: tuple[RejectedRow, ...] = ()
    try:
        settlements = settlements_of(client, wanted)
    except PermissionNeeded as error:
        # Orders must go on coming for an account without it, and somebody must know what they lack.
        settlements = {}
        notes = (RejectedRow(0, Said("settlements cannot be read: %(reason)s", reason=error.detail)),)
    lines, rejected = read_rows(rows, first_line, settlements)
    return OrderPage(lines, (*notes, *rejected))


def _may_be_settled(detail: dict[str, Any]) -> bool:
    state, _ = line_state(status_of(detail), str(detail.get("orderLineStatusDesc") or "").strip())
    return state is LineState.CONFIRMED and not refused(detail)


def settlements_of(client: SuningClient, numbers: list[str]) -> dict[str, dict[str, Any]]:
    """What Suning says of the settlement of these lines, by their numbers."""
    found: dict[str, dict[str, Any]] = {}
    known = [number for number in dict.fromkeys(numbers) if number.isalnum()]
    for first in range(0, len(known), AT_ONCE):
        asked = known[first : first + AT_ONCE]
        answer = client.call(SETTLEMENTS, {"orderLineNumber": ",".join(asked)})
        value = answer.value if isinstance(answer.value, dict) else {}
        infos = rows_of(value.get("settlementInfo")) or [dict(one) for one in [part(value, "settlementInfo")] if one]
        for info in infos:
            if (number := str(info.get("orderLineNumber") or "")) in asked:
                found[number] = info
    return found
