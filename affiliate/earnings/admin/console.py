"""The test console: a message as the merchant would send it, signed with their secret, on the way that all messages
take. It is always marked as a test, so that nothing is booked.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from affiliate.connections.api import Merchant, merchant_secret
from affiliate.earnings.amounts import shown_amount
from affiliate.earnings.messages import receive
from affiliate.earnings.models import Basis
from affiliate.networks.api import postback

HOW = [
    ("right", _lazy("as it should be")),
    ("wrong", _lazy("with a wrong secret")),
    ("old", _lazy("ten minutes ago")),
]
LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the merchant would have been told, and what we would have made of it."""

    status: int
    answer: str
    credited: str
    basis: str
    commission: str

    @property
    def taken(self) -> bool:
        return self.status == 200


class ConsoleForm(forms.Form):
    """A message and how it is signed."""

    body = forms.CharField(label=_lazy("Message"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 14}))
    signed = forms.ChoiceField(label=_lazy("Signed"), choices=HOW)

    def __init__(self, merchant: Merchant, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.merchant = merchant
        self.fields["body"].initial = json.dumps(_sample(merchant), indent=1, ensure_ascii=False)

    def clean_body(self) -> str:
        """Any text may be sent, to see what comes back; what is an object is marked as a test."""
        body: str = self.cleaned_data["body"]
        try:
            row = json.loads(body)
        except (ValueError, RecursionError):
            return body
        return json.dumps({**row, "test": True}, ensure_ascii=False) if isinstance(row, dict) else body

    def clean(self) -> dict[str, Any]:
        """Without a secret there is nothing to sign with."""
        if not merchant_secret(self.merchant.slug):
            self.add_error(None, _("The merchant has no secret yet. Make one, then test."))
        return self.cleaned_data


def send(merchant: Merchant, data: dict[str, Any]) -> Outcome:
    """Sign the message and have it taken like any other."""
    body = data["body"].encode("utf-8", "replace")
    at = timezone.now() - (timedelta(minutes=10) if data["signed"] == "old" else timedelta(0))
    stamp, nonce = str(int(at.timestamp())), secrets.token_hex(12)
    secret = merchant_secret(merchant.slug) or ""
    key = secrets.token_hex(8) if data["signed"] == "wrong" else secret
    answer = receive(
        {
            postback.MERCHANT_HEADER: merchant.slug,
            postback.TIMESTAMP_HEADER: stamp,
            postback.NONCE_HEADER: nonce,
            postback.SIGNATURE_HEADER: postback.sign(body, stamp, nonce, key),
        },
        body,
    )
    credit, line = answer.credit, answer.line
    return Outcome(
        answer.status,
        json.dumps(answer.content, indent=1, ensure_ascii=False),
        credit.author.name if credit else "",
        str(Basis(credit.basis).label) if credit else "",
        shown_amount(line.estimated_commission_minor, line.currency) if line else "",
    )


def _sample(merchant: Merchant) -> dict[str, Any]:
    now = timezone.localtime().replace(microsecond=0)
    return {
        "test": True,
        "order_id": "TEST-1",
        "line_id": "1",
        "state": "confirmed",
        "currency": merchant.currency,
        "amount_minor": 9900,
        "sub_id": "",
        "coupon_code": "",
        "placed_at": (now - timedelta(minutes=5)).isoformat(),
        "updated_at": now.isoformat(),
    }
