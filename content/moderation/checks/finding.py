"""One thing to look at, and what is said of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from content.moderation.checks.sentences import RISKS, SENTENCES

__all__ = ["RISKS", "SENTENCES", "Finding"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Serious: whoever lets it pass should have a reason. One that blocks cannot pass without it."""

    rule: str
    where: str
    word: str = ""
    around: str = ""
    serious: bool = False
    blocks: bool = False

    @property
    def sentence(self) -> str:
        """What is wrong and what to do."""
        return str(SENTENCES[self.rule])

    @property
    def risk(self) -> str:
        """The rule behind it."""
        return str(RISKS[self.rule])

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        return {"title": _("Title"), "card": _("Card"), "text": _("Text")}[self.where]

    @property
    def weight(self) -> int:
        """Order of the list: what blocks, what is serious, the rest."""
        return 0 if self.blocks else 1 if self.serious else 2

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same finding again after an edit."""
        return self.rule, self.where, self.word

    def as_row(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)


def stop(rule: str, where: str, word: str = "") -> Finding:
    """A finding that blocks."""
    return Finding(rule, where, word[:60], serious=True, blocks=True)
