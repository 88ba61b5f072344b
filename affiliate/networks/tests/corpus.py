"""All texts that people paste, over all networks: what each network's own samples hold, and `samples/mixed.json`.

A network's own samples say what that network finds; the mixed ones say what all find together, and win where both hold
a text. They carry the networks that have no sample file, texts with several items, and strangers' links.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NETWORKS = Path(__file__).parents[1]
MERCHANT = {
    "slug": "farm",
    "name": "农场",
    "hosts": "shop.farm.example",
    "link_template": "https://shop.farm.example/p/{item_id}?ref={token}",
    "item_url_pattern": r"/p/(?P<id>[\w-]+)",
}
"""The direct merchant whose links the mixed texts hold."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """A text, and the network and id of everything in it, in the order of the text; the address where no id is told."""

    text: str
    items: tuple[tuple[str, str], ...]


def pasted() -> list[Pasted]:
    """The whole corpus, each text once."""
    found: dict[str, Pasted] = {}
    for row in _rows(Path(__file__).parent / "samples" / "mixed.json"):
        found[row["text"]] = Pasted(row["text"], tuple((network, item) for network, item in row["items"]))
    for path in sorted(NETWORKS.glob("*/tests/samples/pasted.json")):
        network = path.parents[2].name
        for row in _rows(path):
            named = tuple((network, item) for item in (*row["items"], *row["short"]))
            found.setdefault(row["text"], Pasted(row["text"], named))
    return list(found.values())


def _rows(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return rows
