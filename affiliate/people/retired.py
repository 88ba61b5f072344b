"""Handles of authors who have left: never given to anybody else, and not readable."""

from __future__ import annotations

import hmac
from hashlib import sha256

from django.conf import settings
from django.db import models


class RetiredHandle(models.Model):
    """A keyed digest, so that who reads the table learns no name by trying."""

    digest = models.CharField(max_length=64, primary_key=True)

    class Meta:
        default_permissions = ()


def retire(handle: str) -> None:
    """Keep this handle from being taken again."""
    RetiredHandle.objects.get_or_create(digest=_digest(handle))


def is_retired(handle: str) -> bool:
    """Whether somebody who has left was known by it."""
    return RetiredHandle.objects.filter(digest=_digest(handle)).exists()


def _digest(handle: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"handle\n{handle}".encode(), sha256).hexdigest()
