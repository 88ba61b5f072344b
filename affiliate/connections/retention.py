"""How long connections keep what."""

from __future__ import annotations

from affiliate.connections.merchants import MESSAGE_LIFE, NONCE_LIFE, old_messages, old_nonces
from affiliate.connections.tally import DAYS_KEPT, FAULTS_KEPT, old_days, old_faults

KEPT = {
    "postback_nonces": ("so that a postback is not taken twice", NONCE_LIFE, old_nonces),
    "merchant_messages": ("to see what a merchant signed and we did not take", MESSAGE_LIFE, old_messages),
    "network_calls": ("to see how much a network is asked; sums that name nobody", DAYS_KEPT, old_days),
    "network_faults": ("to see how calls to networks fail", FAULTS_KEPT, old_faults),
    "network_credentials": ("to call networks; until an operator removes them", None, None),
}
