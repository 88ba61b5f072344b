"""How far a machine had a part in words or pictures, as the writer declares it: for a post, a block, a picture."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class AiUse(models.TextChoices):
    """Readers see all but the first."""

    NONE = "none", _("written by a person")
    ASSISTED = "assisted", _("AI-assisted")
    GENERATED = "generated", _("AI-generated")


PICTURE_CHOICES = [
    (AiUse.NONE.value, _("taken or drawn by a person")),
    (AiUse.ASSISTED.value, AiUse.ASSISTED.label),
    (AiUse.GENERATED.value, AiUse.GENERATED.label),
]


def ai_words(use: str) -> Any:
    """What readers are told; empty where there is nothing to tell."""
    return AiUse(use).label if use in (AiUse.ASSISTED, AiUse.GENERATED) else ""
