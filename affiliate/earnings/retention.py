"""How long earnings keep what. The book is append-only, and what it rests on stays as long as it does."""

from __future__ import annotations

KEPT = {
    "order_lines": ("network reports, order lines, credit: accounting asks for ten years", None, None),
    "ledger": ("the book of commission, append-only: accounting asks for ten years", None, None),
    "order_files": ("of an imported file its name, sum and rejected lines, not the file", None, None),
}
