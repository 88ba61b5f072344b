"""What each credential is called on the network's own console, so that a person finds it there."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, str | Promise] = {
    "ACCESS_TOKEN": _("access token"),
    "APP_ID": _("application ID"),
    "APP_KEY": _("application key"),
    "APP_SECRET": _("application secret"),
    "CHAN_TAG": _("channel tag (chanTag)"),
    "CLIENT_ID": _("application ID (client_id)"),
    "CLIENT_SECRET": _("application secret (client_secret)"),
    "CPS_PID": _("promotion slot"),
    "GRANT_ID": _("ID of the shop (kdtId)"),
    "OPEN_ID": _("openId of the promoter"),
    "PID": _("promotion slot (PID)"),
    "POSITION_ID": _("promotion slot ID"),
    "PROMOTION_ID": _("promotion slot ID"),
    "REFRESH_TOKEN": _("token to renew with"),
    "SALESMEN": _("salesmen, each as code:mobile, with spaces between"),
    "SCOPES": _("permissions to ask for"),
    "SECURE_KEY": _("secure key"),
    "SESSION": _("session of the authorised member"),
    "SIGN_SECRET": _("secret for signatures"),
    "SITE_ID": _("site ID"),
    "UID": _("ID of the promoter (uid)"),
}


def labelled(key: str) -> str:
    """The key as the docs and the environment name it, with its word behind it."""
    word = WORDS.get(key)
    return f"{key} · {word}" if word else key
