"""Words that a machine had a part in, within a post that a person wrote: readers see the mark where they begin."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from content.blocks.ai_use import AiUse


class AiTextBlock(blocks.StructBlock):
    """A paragraph with its declaration."""

    text = blocks.RichTextBlock(label=_("Words"), features=["bold", "italic", "ol", "ul", "link", "h3"])
    ai_use = blocks.ChoiceBlock(
        label=_("The machine's part"),
        choices=[(use.value, use.label) for use in (AiUse.GENERATED, AiUse.ASSISTED)],
        default=AiUse.GENERATED,
        search_index=False,
    )

    class Meta:
        icon = "cogs"
        label = _("Paragraph by AI")
        description = _("A summary, a translation, a table of features from a machine. Readers see its mark.")
        group = _("Words")
        template = "blocks/ai_text_block.html"
