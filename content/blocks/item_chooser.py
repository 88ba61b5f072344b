"""The field inside a product block: holds the id of a catalogue item, filled by pasting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.blocks import FieldBlock

from affiliate.catalog.api import Item, items_with_coupons
from content.blocks.item_widget import ItemInput


class ItemField(forms.CharField):
    """Takes an item's id as text; refuses one that is not in the catalogue."""

    widget = ItemInput

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").strip()
        if not text:
            return None
        item = items_with_coupons([int(text)]).get(int(text)) if text.isdecimal() else None
        if item is None:
            raise ValidationError(_("This product is no longer in the catalogue. Paste its link again."))
        return item

    def prepare_value(self, value: Any) -> Any:
        return value.pk if isinstance(value, Item) else value


class ItemBlock(FieldBlock):
    """Stores an item's id; loads all items of a body in one query, coupons with them."""

    def __init__(self, required: bool = True, help_text: str = "", **kwargs: Any) -> None:
        self._required = required
        self._help_text = help_text
        super().__init__(**kwargs)

    @cached_property
    def field(self) -> ItemField:
        return ItemField(required=self._required, help_text=self._help_text)

    def to_python(self, value: Any) -> Item | None:
        return items_with_coupons([value]).get(value) if value else None

    def bulk_to_python(self, values: Sequence[Any]) -> list[Item | None]:
        found = items_with_coupons([value for value in values if value])
        return [found.get(value) for value in values]

    def get_prep_value(self, value: Any) -> int | None:
        return value.pk if isinstance(value, Item) else value

    def value_from_form(self, value: Any) -> Any:
        return value

    def value_for_form(self, value: Any) -> Any:
        return value.pk if isinstance(value, Item) else value

    def clean(self, value: Any) -> Any:
        if isinstance(value, Item):
            return value
        return super().clean(value)

    class Meta:
        icon = "tag"
