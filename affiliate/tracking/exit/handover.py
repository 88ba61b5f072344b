"""What the exit tells Django when a visit needs a page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ENVIRON_KEY = "zhongcao.exit"


class Reason(StrEnum):
    """Why there is a page instead of a redirect."""

    CARD = "card"
    """A bot, a prefetch or a preview: the post's card, and nothing that leads to a shop."""
    HELP = "help"
    """The target cannot open in the reader's app."""
    APP = "app"
    """The shop's app is the better place: a button opens it, and the web page is one tap away."""
    AWAY = "away"
    """The shop cannot be bought from now: its network is switched off, or the item was taken down there."""
    CLOSED = "closed"
    """The code exists, but there is nowhere to go."""
    MISSING = "missing"
    """No such code."""


@dataclass(frozen=True, slots=True)
class Handover:
    """Put into the environ under ENVIRON_KEY."""

    reason: Reason
    code: str
    app: str = ""
    platform: str = ""
