"""What other rooms may listen to: a post is live with all its placements made, or is no longer live."""

from __future__ import annotations

from django.dispatch import Signal

post_placed = Signal()
"""Sent inside the publish transaction with `page`, after its placements stand."""

post_withdrawn = Signal()
"""Sent with `page_id` when a post was unpublished or deleted."""
