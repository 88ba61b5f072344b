"""Tells Zhongcao about one line of an order. SITE, MERCHANT and SECRET come from the environment."""

import hashlib
import hmac
import json
import os
import secrets
import time
import urllib.error
import urllib.request

order = {
    "test": True,  # leave this out once it works: a test is answered and never booked
    "order_id": "A1001",
    "line_id": "1",
    "state": "confirmed",  # pending, confirmed, settled or invalid
    "currency": "CNY",
    "amount_minor": 9900,  # what the buyer paid for the line, in fen
    "commission_minor": 792,  # leave it out and the agreed rate counts
    "sub_id": "",  # what came with the reader's link, as it came
    "coupon_code": "",  # what the buyer typed at the checkout
    "placed_at": "2026-11-01T10:00:00+08:00",
    "updated_at": "2026-11-01T10:05:00+08:00",
}
body = json.dumps(order).encode()
stamp, nonce = str(int(time.time())), secrets.token_hex(12)
signed = f"{stamp}\n{nonce}\n".encode() + body
request = urllib.request.Request(
    os.environ["SITE"] + "/postback/direct/",
    body,
    {
        "Content-Type": "application/json",
        "X-Zhongcao-Merchant": os.environ["MERCHANT"],
        "X-Zhongcao-Timestamp": stamp,
        "X-Zhongcao-Nonce": nonce,
        "X-Zhongcao-Signature": hmac.new(os.environ["SECRET"].encode(), signed, hashlib.sha256).hexdigest(),
    },
)
try:
    with urllib.request.urlopen(request, timeout=10) as answer:
        print(answer.status, answer.read().decode())
except urllib.error.HTTPError as refused:
    print(refused.code, refused.read().decode())
