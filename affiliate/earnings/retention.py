"""How long earnings keep what. The book is append-only, and what it rests on stays as long as it does."""

from __future__ import annotations

from affiliate.earnings import pushes

KEPT = {
    "order_lines": ("network reports, order lines, credit: accounting asks for ten years", None, None),
    "ledger": ("the book of commission, append-only: accounting asks for ten years", None, None),
    "pushed_orders": ("so that a network's push is noted once and its order read", pushes.KEPT, pushes.old),
    "order_files": (
        "of an imported file its name, sum and rejected lines; the file itself only while it is taken",
        None,
        None,
    ),
}
