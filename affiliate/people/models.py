"""Whom credit and money belong to: users who log in, authors who are credited, agencies above them (one level)."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from affiliate.media import api as media

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
    """Handles that readers would take for the site itself."""
    if handle in RESERVED_HANDLES:
        raise ValidationError(_("This handle is reserved for the site. Choose another."), code="reserved")


class User(AbstractUser):
    """Someone who can log in. What a user may do comes from groups; see content.moderation."""

    class Meta(AbstractUser.Meta):
        permissions = [
            ("view_commission", "Can see commission rates and earnings"),
            ("needs_second_factor", "Must set up a second factor before the admin opens"),
        ]


class Agency(models.Model):
    """An MCN: authors' one level above, never a level above another agency.

    Nothing here points to an agency or an author above it, and members, who see its authors, write for no other agency.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    members = models.ManyToManyField(User, blank=True, related_name="agencies", verbose_name=_("members"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")

    def __str__(self) -> str:
        return self.name


class Author(models.Model):
    """A writer as readers and the ledger know them. The handle is part of public addresses and never given to another:
    every handle an author ever had stays theirs, and its address leads to the present one.
    """

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

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises IntegrityError for a handle that another author has or had."""
        super().save(*args, **kwargs)
        Handle.objects.get_or_create(handle=self.handle, author=self)

    def get_absolute_url(self) -> str:
        return f"/u/{self.handle}/"

    def clean(self) -> None:
        super().clean()
        holder = Handle.objects.filter(handle=self.handle).first()
        if holder is not None and (self.pk is None or holder.author_id != self.pk):
            raise ValidationError({"handle": _("This handle belongs or belonged to another author. Choose another.")})
        if self.user is not None and self.agency_id:
            refuse_a_second_level(self.user.agencies.exclude(pk=self.agency_id))
        # A picture that was just uploaded is made harmless, and small enough for where it is shown.
        if self.picture and not self.picture._committed:  # type: ignore[attr-defined]
            try:
                media.expect_store()
                self.picture = media.clean_picture(self.picture.file, side=media.PORTRAIT_SIDE)
            except ValidationError as error:
                raise ValidationError({"picture": error}) from error


class Handle(models.Model):
    """A handle that an author has or had. A row outlives its author, so that no stranger inherits their address."""

    handle = models.CharField(max_length=30, primary_key=True)
    author = models.ForeignKey(Author, models.SET_NULL, null=True, related_name="handles")
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.handle


def refuse_a_second_level(others: models.QuerySet[Agency]) -> None:
    """Who belongs to an agency as a member and to another as an author would make a level above a level."""
    if (other := others.first()) is not None:
        raise ValidationError(
            _("A member of %(agency)s cannot write under another agency: there is one level above an author, not two."),
            params={"agency": other.name},
            code="second_level",
        )


class Application(models.Model):
    """Somebody who wants to write here, in their own words, and what an operator answered."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        ADMITTED = "admitted", _("admitted")
        REFUSED = "refused", _("refused")

    user = models.ForeignKey(User, models.CASCADE, related_name="applications", verbose_name=_("User"))
    name = models.CharField(_("pen name"), max_length=60)
    handle = models.CharField(_("handle"), max_length=30, validators=[HANDLE, not_reserved])
    about = models.TextField(_("what you would write about"), max_length=1000)
    disclosure = models.TextField(_("conflicts of interest"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    """What the applicant is told; never empty where they were refused."""
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(state="waiting"), name="one_waiting_application_per_user"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="refused") | ~models.Q(reason=""), name="a_refusal_has_a_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(state="waiting", decided_at=None)
                | (~models.Q(state="waiting") & models.Q(decided_at__isnull=False)),
                name="an_application_is_decided_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """A letter that makes whoever opens it an author. The token stands in the letter alone; here is its digest."""

    email = models.EmailField(_("email address"))
    agency = models.ForeignKey(Agency, models.CASCADE, null=True, blank=True, verbose_name=_("agency"))
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    language = models.CharField(max_length=10, default="zh-hans")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.email

    @property
    def open(self) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > timezone.now()


def me(request: HttpRequest) -> User:
    """Who asks, in a view that needs a login."""
    return cast(User, request.user)


def author_of(user: Any) -> Author | None:
    """The author a user writes as, or None."""
    return getattr(user, "author", None) if user.is_authenticated else None
