"""What connections tells whoever listens."""

from __future__ import annotations

from django.dispatch import Signal

call_ended = Signal()
"""A call to a network ended: `network` and `outcome`, "ok" or the kind of its error."""

accounts_changed = Signal()
"""Another account of `network` is the default, or one was removed: links may go out through an account that is no
longer theirs to use.
"""
