"""The one StreamBlock that bodies of posts are made of; its path is written into migrations."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from content.blocks.ai_text import AiTextBlock
from content.blocks.ai_use import PICTURE_CHOICES, AiUse
from content.blocks.pictures import LARGE, SMALL, rendition
from content.blocks.product import ProductBlock

RICH_TEXT = ["bold", "italic", "ol", "ul", "link", "h3"]


class PictureValue(blocks.StructValue):
    """A picture as the template shows it."""

    @property
    def small(self) -> Any:
        return rendition(self["image"], SMALL)

    @property
    def large(self) -> Any:
        return rendition(self["image"], LARGE)

    def renditions(self) -> list[Any]:
        """Every size, made where it is not there yet."""
        return [self.small, self.large]


class NamedImageBlock(ImageBlock):
    """Wagtail names the field inside by its English name. To migrations it stays Wagtail's own block."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.child_blocks["image"].label = _("Picture")


class PictureBlock(blocks.StructBlock):
    """A picture with its caption and credit."""

    image = NamedImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=160)
    credit = blocks.CharBlock(label=_("Credit"), required=False, max_length=80)
    ai_use = blocks.ChoiceBlock(
        label=_("Artificial intelligence in the picture"),
        choices=PICTURE_CHOICES,
        default=AiUse.NONE,
        search_index=False,
    )

    class Meta:
        icon = "image"
        label = _("Picture")
        group = _("Words")
        template = "blocks/picture_block.html"
        value_class = PictureValue


class QuoteBlock(blocks.StructBlock):
    """Somebody's words."""

    text = blocks.TextBlock(label=_("Words"), max_length=600)
    who = blocks.CharBlock(label=_("Who said it"), required=False, max_length=80)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        group = _("Words")
        template = "blocks/quote_block.html"


def rich_text(child: Any) -> Any:
    """The rich text of a block that holds some; None for any other."""
    if child.block_type == "paragraph":
        return child.value
    return child.value["text"] if child.block_type == "ai_text" else None


class Body(blocks.StreamBlock):
    """Everything a post may hold."""

    heading = blocks.CharBlock(
        label=_("Heading"), max_length=100, icon="title", group=_("Words"), template="blocks/heading_block.html"
    )
    paragraph = blocks.RichTextBlock(
        label=_("Paragraph"),
        features=RICH_TEXT,
        icon="pilcrow",
        group=_("Words"),
        template="blocks/paragraph_block.html",
    )
    picture = PictureBlock()
    quote = QuoteBlock()
    ai_text = AiTextBlock()
    note = blocks.TextBlock(
        label=_("Note"), max_length=600, icon="info-circle", group=_("Words"), template="blocks/note_block.html"
    )
    product = ProductBlock()
