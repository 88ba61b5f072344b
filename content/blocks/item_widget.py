"""The form input of an item: a hidden id, and what the picker (static/desk/picker.js) builds around it."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

LONGEST_PASTE = 10_000


class ItemInput(forms.HiddenInput):
    """One field: paste a link, a share text or words. Nothing it shows is sent with the form but the item's id."""

    input_type = "hidden"
    template_name = "desk/item_input.html"

    @property
    def is_hidden(self) -> bool:
        """Only the id is; the field has a face."""
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["words"] = json.dumps(words(), ensure_ascii=False)
        context["resolve_url"] = reverse("desk_resolve")
        context["items_url"] = reverse("desk_items")
        context["longest"] = LONGEST_PASTE
        return context

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """From the project's own templates, which Django's renderer of forms does not look into."""
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    @property
    def media(self) -> forms.Media:
        return forms.Media(js=["desk/picker.js"], css={"all": ["desk/picker.css"]})


def words() -> dict[str, str]:
    """Everything the picker says, in the language of whoever writes."""
    return {
        "asking": _("Asking the shop…"),
        "found_one": _("Found. Check that it is the right product."),
        "choose": _("Several products were found. Choose one."),
        "by_price": _("Sorted by what a reader pays."),
        "chosen": _("The product is in the block."),
        "kept": _("Your text is still here."),
        "too_long": _("The text is longer than 10,000 characters. Shorten it to the part with the link."),
        "offline": _("The site cannot be reached. Your text is kept; try again when you are connected."),
        "signed_out": _("You are signed out. Sign in in another tab, then try again here; your text is kept."),
        "failed": _("That did not work. Your text is kept; try again in a moment."),
        "gone": _("This product is no longer in the catalogue. Paste its link again."),
        "choose_this": _("Use this product"),
        "change": _("Choose another"),
        "keep": _("Keep the one before"),
        "by_hand": _("Fill in by hand"),
        "save": _("Save"),
        "cancel": _("Cancel"),
        "saved": _("Saved."),
        "also": _("The same product, offered beside it; readers see the best for them first:"),
        "demo": _("Demo"),
        "coupon": _("coupon"),
        "after_coupon": _("after coupon"),
        "seen": _("seen"),
        "no_price": _("No price yet"),
        "no_title": _("No title yet"),
        "waiting": _("The rest comes as soon as the shop answers."),
        "earn": _("you earn about"),
        "rate": _("commission"),
        "title": _("Title"),
        "shop": _("Shop"),
        "price": _("Price"),
        "final_price": _("Price after coupon"),
        "coupon_amount": _("Coupon"),
        "image_url": _("Address of the picture"),
    }
