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
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.utils.file import hash_filelike

from affiliate.media.api import StoreDown, clean_picture
from content.blocks.api import aigc
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
    old, storage = image.file.name, image.file.storage
    try:
        with storage.open(old) as file:
            data = file.read()
        clean = clean_picture(ContentFile(data, old.rpartition("/")[2]))
    except StoreDown:
        raise
    except FileNotFoundError:
        return Rewritten(image.pk, old, "The file is not in the store.")
    except ValidationError as error:
        return Rewritten(image.pk, old, " ".join(error.messages))
    written = clean.read()
    if mark := aigc.read(data):
        written = aigc.embed(written, mark)
    image.file.save(clean.name, ContentFile(written), save=False)  # under a new name; measures it as well
    image.file_size = len(written)
    image.file_hash = hash_filelike(ContentFile(written))
    with transaction.atomic():
        image.save()
        PictureMark.objects.update_or_create(
            image=image, defaults={"mark": mark or {}, "is_ai": bool(mark), "cleaned_at": timezone.now()}
        )
        transaction.on_commit(partial(storage.delete, old), robust=True)
    return Rewritten(image.pk, image.file.name)
