"""System checks: a hint for every setting that can be wrong in a way Django does not notice."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import Error, Tags, Warning, register  # noqa: A004


@register(Tags.security)
def encryption_keys_are_usable(app_configs: Any, **kwargs: Any) -> list[Error]:
    """zhongcao.E001: each of ENCRYPTION_KEYS must be a Fernet key."""
    wrong = 0
    for key in settings.ENCRYPTION_KEYS:
        try:
            Fernet(key)
        except ValueError:
            wrong += 1
    if not wrong:
        return []
    hint = "Make one with: python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
    return [Error(f"{wrong} of ENCRYPTION_KEYS cannot be used.", hint=hint, id="zhongcao.E001")]


@register(Tags.urls)
def site_url_is_whole(app_configs: Any, **kwargs: Any) -> list[Error]:
    """zhongcao.E002: SITE_URL needs a scheme and a host and nothing behind."""
    parts = urlsplit(settings.SITE_URL)
    if parts.scheme in {"http", "https"} and parts.hostname and not (parts.path or parts.query):
        return []
    hint = "Write it like https://deals.example.com, without a path."
    return [Error(f"SITE_URL is {settings.SITE_URL!r}.", hint=hint, id="zhongcao.E002")]


@register(Tags.security, deploy=True)
def second_factor_is_required(app_configs: Any, **kwargs: Any) -> list[Warning]:
    """zhongcao.W002: on a public site nobody edits or operates with a password alone."""
    if settings.SECOND_FACTOR == "required":
        return []
    hint = "Leave SECOND_FACTOR out, or set it to required."
    return [Warning("SECOND_FACTOR is optional.", hint=hint, id="zhongcao.W002")]


@register(Tags.security, deploy=True)
def served_over_https(app_configs: Any, **kwargs: Any) -> list[Warning]:
    """zhongcao.W001: a public site is served over HTTPS."""
    if settings.HTTPS:
        return []
    hint = "Set SITE_URL to an https:// address; cookies and HSTS follow from it."
    return [Warning("SITE_URL is not https.", hint=hint, id="zhongcao.W001")]
