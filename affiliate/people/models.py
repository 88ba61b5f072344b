"""Whom credit and money belong to: users who log in, authors who are credited, agencies above them (one level)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from affiliate.people.consents import Consent as Consent
from affiliate.people.retired import RetiredHandle as RetiredHandle
from affiliate.people.retired import is_retired

HANDLE = RegexValidator(r"^[a-z0-9][a-z0-9-]{1,29}$", _("Use 2 to 30 lower-case letters, digits or hyphens."))


RESERVED_HANDLES = frozenset(
    {
        *(
            "about",
            "account",
            "admin",
            "all",
            "anonymous",
            "api",
            "documents",
            "editor",
            "feed",
            "go",
            "healthz",
            "help",
        ),
        *(
            "house",
            "i18n",
            "legal",
            "login",
            "logout",
            "me",
            "media",
            "metrics",
            "moderator",
            "none",
            "null",
            "official",
        ),
        *(
            "operator",
            "postback",
            "privacy",
            "readyz",
            "root",
            "rss",
            "search",
            "security",
            "settings",
            "site",
            "static",
        ),
        *("support", "system", "team", "terms", "undefined", "webmaster", "www", "zhongcao"),
    }
)


def not_reserved(handle: str) -> None:
    """Handles that readers would take for the site itself, or for an author who has left."""
    if handle in RESERVED_HANDLES or is_retired(handle):
        raise ValidationError(_("This handle is reserved for the site. Choose another."), code="reserved")


class User(AbstractUser):
    """Someone who can log in. What a user may do comes from groups; see content.moderation."""

    class Meta(AbstractUser.Meta):
        permissions = [("view_commission", "Can see commission rates and earnings")]


class Agency(models.Model):
    """An MCN: authors' one level above, never a level above another agency."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    members = models.ManyToManyField(User, blank=True, related_name="agencies", verbose_name=_("members"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")

    def __str__(self) -> str:
        return self.name


class Author(models.Model):
    """A writer as readers and the ledger know them. The handle is part of public addresses and never reused."""

    user = models.OneToOneField(User, models.SET_NULL, null=True, blank=True, related_name="author")
    handle = models.CharField(_("handle"), max_length=30, unique=True, validators=[HANDLE, not_reserved])
    name = models.CharField(_("name"), max_length=60)
    role_line = models.CharField(_("in one line"), max_length=80, blank=True)
    introduction = models.TextField(_("introduction"), max_length=1000, blank=True)
    disclosure = models.TextField(_("conflicts of interest"), max_length=500, blank=True)
    picture = models.ImageField(_("picture"), upload_to="authors/", blank=True)
    agency = models.ForeignKey(
        Agency, models.SET_NULL, null=True, blank=True, related_name="authors", verbose_name=_("agency")
    )
    is_house = models.BooleanField(default=False, editable=False)
    """The site itself: author of record of placements that belong to nobody else."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/u/{self.handle}/"


def author_of(user: Any) -> Author | None:
    """The author a user writes as, or None."""
    return getattr(user, "author", None) if user.is_authenticated else None
