"""How long connections keep what."""

from __future__ import annotations

from affiliate.connections.merchants import NONCE_LIFE, old_nonces

KEPT = {
    "postback_nonces": ("so that a postback is not taken twice", NONCE_LIFE, old_nonces),
    "network_credentials": ("to call networks; until an operator removes them", None, None),
}
