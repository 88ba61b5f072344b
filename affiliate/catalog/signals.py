"""What the catalogue tells whoever listens. Sent inside the transaction that makes the change."""

from __future__ import annotations

from django.dispatch import Signal

joins_changed = Signal()
"""Items came together or apart. `item_ids`: all of the products concerned."""

availability_changed = Signal()
"""A shop took an item down, or has it again: `item_id`."""
