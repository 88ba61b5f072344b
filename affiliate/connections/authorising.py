"""Lets the owner of an account let us in on the network's own page, and takes the code that comes back.

The state that travels there and back is signed, lives ten minutes, belongs to one session and counts once: nobody can
make an operator's browser connect somebody else's account.
"""

from __future__ import annotations

import secrets
from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from affiliate.connections import accounts, adapters, renewal
from affiliate.connections.models import Account
from affiliate.networks.api import BadInput, ProtocolError

LIFE = timedelta(minutes=10)
LONGEST_CODE = 2000
SALT = "zhongcao.authorise"
SESSION = "authorise"

Session = MutableMapping[str, Any]


class Refused(Exception):
    """What came back does not belong to what this session began; nothing was asked or kept."""


def back_to(slug: str) -> str:
    """Where the network sends the browser back to: this address must be entered in its console."""
    return settings.SITE_URL + reverse("connections:authorised", args=[slug])


def begin(slug: str, session: Session, user_id: int | None, account: str = "") -> str:
    """The network's page to go to. Raises NetworkError where the application itself is not entered yet."""
    row = accounts.account_of(slug, account)
    if renewal.tokens_of_environment(row):
        raise BadInput(
            "The tokens of this network come from the environment, which wins over fresh ones. Take them out there "
            "first.",
            network=slug,
            code="tokens_in_environment",
        )
    nonce = secrets.token_urlsafe(24)
    said = {"network": slug, "account": row.name, "nonce": nonce, "user": user_id}
    url = adapters.adapter_with(row).authorise_url(signing.dumps(said, salt=SALT), back_to(slug))
    session[SESSION] = nonce
    return url


def check_state(slug: str, state: str, session: Session, user_id: int | None) -> str:
    """The account that was to be authorised. Raises Refused for a state that is forged, too old, used before, or of
    another session, person or network.
    """
    nonce = session.pop(SESSION, "")
    try:
        said = signing.loads(state, salt=SALT, max_age=LIFE)
    except signing.BadSignature as exc:
        raise Refused from exc
    whose = said.get("network") == slug and said.get("user") == user_id
    if not nonce or not whose or not constant_time_compare(str(said.get("nonce")), nonce):
        raise Refused
    return str(said.get("account", ""))


def finish(slug: str, code: str, account: str = "") -> Account:
    """Exchange the code and keep the tokens. Raises NetworkError; what was kept before stays in that case."""
    if not code.isprintable() or not 0 < len(code) <= LONGEST_CODE:
        raise ProtocolError("The network sent no code. Begin again.", network=slug, code="no_code")
    fresh = adapters.adapter(slug, account=account, force=True).exchange(code, back_to(slug))
    pk = accounts.saved(slug, account).pk
    with transaction.atomic():
        row = Account.objects.select_for_update().get(pk=pk)
        row.authorised_until = None
        accounts.keep_tokens(row, fresh.values, fresh.expires_at, fresh.authorised_until)
    return row
