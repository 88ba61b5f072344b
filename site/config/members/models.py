"""Accounts that are being closed."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def new_key() -> str:
    """What stands in the place of a person: made at random, so that nothing leads back from it."""
    return secrets.token_hex(6)


class AccountClosing(models.Model):
    """That somebody wants to leave. Until `due_at` it can be taken back, which removes the row."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="closing")
    key = models.CharField(max_length=16, unique=True, default=new_key)
    asked_at = models.DateTimeField(auto_now_add=True)
    asked_by_operator = models.BooleanField(default=False)
    posts_too = models.BooleanField(_("take my posts off the site"), default=False)
    due_at = models.DateTimeField(db_index=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        permissions = [("manage_members", "Can hand out members' data and close their accounts")]
