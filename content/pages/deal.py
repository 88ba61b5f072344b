"""A deal post: one product, one price, and until when."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from content.pages.post import Post


class DealPage(Post):
    """The first product block of the body is what the deal is about."""

    kind = "deal"
    page_description = _("One product at a good price, and until when.")

    price_note = models.CharField(_("how the price is made"), max_length=120, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    shipping = models.CharField(_("shipping and returns"), max_length=120, blank=True)
    conditions = models.CharField(_("conditions"), max_length=200, blank=True)

    content_panels = [
        *Post.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("price_note", help_text=_("Such as “199 − 40 coupon = 159”.")),
                FieldPanel("ends_at", help_text=_("From then on the card says that it is over.")),
                FieldPanel("shipping"),
                FieldPanel(
                    "conditions", help_text=_("What it takes to get this price: members, first order, renewal.")
                ),
            ],
            _("The deal"),
        ),
    ]

    class Meta:
        verbose_name = _("deal")
