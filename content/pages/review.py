"""A review: what somebody found out by using a thing."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from content.pages.post import Post


class UsedHow(models.TextChoices):
    """Where the thing came from that a review speaks of."""

    BOUGHT = "bought", _("bought it myself")
    SENT = "sent", _("sent by the brand or shop")
    LENT = "lent", _("lent or tried elsewhere")


class ReviewPage(Post):
    """Long reading with product cards in it."""

    kind = "review"
    page_description = _("What you found out by using a thing: a long text with product cards in it.")

    used_for = models.CharField(_("how long it was used"), max_length=40, blank=True)
    used_since = models.DateField(_("in use since"), null=True, blank=True)
    used_how = models.CharField(
        _("how you came by it"),
        max_length=10,
        choices=UsedHow.choices,
        blank=True,
        help_text=_("You confirm with it that you used the thing yourself. Readers see it beside your name."),
    )

    content_panels = [
        *Post.content_panels[:2],
        MultiFieldPanel(
            [
                FieldPanel("used_for", help_text=_("Such as “8 months, every morning”.")),
                FieldPanel("used_since"),
                FieldPanel("used_how"),
            ],
            _("Your own use of it"),
        ),
        *Post.content_panels[2:],
    ]

    class Meta:
        verbose_name = _("review")
