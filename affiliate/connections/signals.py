"""What connections tells whoever listens."""

from __future__ import annotations

from django.dispatch import Signal

call_ended = Signal()
"""A call to a network ended: `network` and `outcome`, "ok" or the kind of its error."""
