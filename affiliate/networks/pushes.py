"""What a network sends us by itself: the message as it arrived, what a signed one names, and how it is refused.

A push is a hint. It is proved, its order numbers are taken, and what holds is read from the network's order report.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

LARGEST_PUSH = 64 * 1024
"""Bytes of a body; the longest that a network documents has a few thousand."""
MOST_ORDERS = 50
"""Order numbers that one message may name."""
LONGEST_ORDER_ID = 80
_ORDER_ID = re.compile(rf"[\w.:-]{{1,{LONGEST_ORDER_ID}}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Push:
    """One message, unproved. Names of headers in lower case."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a proved message says: the orders it is about, none for a mere test of the address.

    `key` names the message: 64 hex digits, the same for the same message however it is written down.
    """

    order_ids: tuple[str, ...]
    key: str


class Forged(Exception):
    """The message is not the network's: no signature, or one that its secret does not make."""


class Unreadable(Exception):
    """The message cannot be read: its encoding, its form, or a field that must be there. Says which in English."""


def pushed(order_ids: list[str], message: str) -> Pushed:
    """What a proved message says. `message` is the vendor's own id of it, or else the text that its signature covers.
    Raises Unreadable for what is no order number, and for too many of them.
    """
    unique = tuple(dict.fromkeys(order_ids))
    if len(unique) > MOST_ORDERS:
        raise Unreadable(f"One message may name {MOST_ORDERS} orders at most.")
    if not all(_ORDER_ID.fullmatch(order_id) for order_id in unique):
        raise Unreadable("An order number is missing or cannot be one.")
    return Pushed(unique, hashlib.sha256(message.encode()).hexdigest())
