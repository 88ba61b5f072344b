"""Old uploads, kept as they came before uploads were cleaned: written anew as an upload of today would be.

One picture is one transaction, and a picture that is done says so: the work may be broken off and goes on where it was.
The new file is stored first and the old one goes last, so that a crash costs no picture; what it leaves, the nightly
look at the store removes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from wagtail.images import get_image_model

from affiliate.media.api import StoreDown
from content.blocks.api import cleaned_picture
from content.pages.ai import PictureMark


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What became of one picture."""

    pk: int
    name: str
    problem: str = ""
    """Why it stays as it is, in words; empty for one that was written anew."""


def waiting() -> Any:
    """Pictures that were never cleaned, the oldest first."""
    done = PictureMark.objects.exclude(cleaned_at=None).values("image_id")
    return get_image_model().objects.exclude(pk__in=done).order_by("pk")


def rewrite(limit: int | None = None) -> Iterator[Rewritten]:
    """Clean what waits, one picture after the other. Raises StoreDown where the store does not answer."""
    for pk in list(waiting().values_list("pk", flat=True)[:limit]):
        image = get_image_model().objects.filter(pk=pk).first()
        if image is not None:
            yield _one(image)


def _one(image: Any) -> Rewritten:
    pk, old, storage = image.pk, image.file.name, image.file.storage
    try:
        with storage.open(old) as file:
            data = file.read()
        clean = cleaned_picture(ContentFile(data, old.rpartition("/")[2]))
    except StoreDown:
        raise
    except FileNotFoundError:
        return Rewritten(pk, old, "The file is not in the store.")
    except ValidationError as error:
        return Rewritten(pk, old, " ".join(error.messages))
    with transaction.atomic():
        # Read anew: while it was cleaned somebody may have changed its words or its file, or deleted it.
        image = get_image_model().objects.select_for_update().filter(pk=pk).first()
        if image is None or image.file.name != old:
            return Rewritten(pk, old, "It was changed or deleted meanwhile.")
        image.file = clean
        image._set_image_file_metadata()
        image.save()  # under a new name; ai.keep notes the mark, and that it is clean
        transaction.on_commit(partial(storage.delete, old), robust=True)
    return Rewritten(pk, image.file.name)
