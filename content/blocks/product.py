"""The product block: an item of the catalogue and, kept apart from it, the writer's own words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from affiliate.catalog.api import Item
from content.blocks.ai_use import AiUse
from content.blocks.item_chooser import ItemBlock

LABELS = [("first", _("First choice")), ("saver", _("Money saver")), ("step_up", _("Step up"))]


class ProductValue(blocks.StructValue):
    """What a template asks of a product block beyond its fields."""

    @property
    def item(self) -> Item | None:
        item: Item | None = self.get("item")
        return item

    @property
    def title(self) -> str:
        """The writer's own title, or the network's."""
        return self.get("own_title") or (self.item.title if self.item else "")

    @property
    def label_text(self) -> Any:
        return dict(LABELS).get(self.get("label"), "")


class ProductBlock(blocks.StructBlock):
    """A product card in the text. Importable from here for good: the path is written into migrations."""

    item = ItemBlock(label=_("Product"))
    own_title = blocks.CharBlock(label=_("Your own title"), required=False, max_length=120)
    label = blocks.ChoiceBlock(label=_("Label"), choices=LABELS, required=False)
    reason = blocks.CharBlock(label=_("Your reason in one line"), required=False, max_length=160)
    pros = blocks.ListBlock(blocks.CharBlock(max_length=80), label=_("Pros"), default=[])
    cons = blocks.ListBlock(blocks.CharBlock(max_length=80), label=_("Cons"), default=[])
    not_for = blocks.CharBlock(label=_("Who should not buy"), required=False, max_length=160)

    ai_use = blocks.ChoiceBlock(
        label=_("Artificial intelligence in these words"),
        choices=AiUse.choices,
        default=AiUse.NONE,
        search_index=False,
    )
    approval = blocks.CharBlock(
        label=_("Approval number"),
        required=False,
        max_length=60,
        help_text=_("For health food, medicine and medical devices: the number on the package. Readers see it."),
    )

    class Meta:
        icon = "tag"
        label = _("Product")
        description = _("Paste a link or a share text; price, coupon and exit follow by themselves.")
        group = _("Shopping")
        template = "blocks/product_block.html"
        value_class = ProductValue
