"""What artificial intelligence had a part in: declared by the writer for the words, read from the file for pictures."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from io import BytesIO
from typing import Any

from django.core.files import File
from django.db import models
from django.utils import timezone

from content.blocks.api import AiUse as AiUse
from content.blocks.api import aigc

MOST_READ = 20 * 1024 * 1024
"""Bytes of a file that are looked through; uploads are smaller."""


class PictureMark(models.Model):
    """What a picture's file said of its making when it came in. An empty mark: it was looked at and said nothing."""

    image = models.OneToOneField("wagtailimages.Image", models.CASCADE, related_name="+")
    mark = models.JSONField(default=dict)
    is_ai = models.BooleanField(default=False)
    read_at = models.DateTimeField(auto_now=True)
    cleaned_at = models.DateTimeField(null=True)
    """When the file was written anew without what is private; None for one that is kept as it came."""

    def __str__(self) -> str:
        return f"{self.image_id}: {'AIGC' if self.is_ai else '-'}"


def look(image: Any) -> None:
    """Before a picture is saved: read what a new file says, while the file is still as it came."""
    if image.file and not image.file._committed:
        image.ai_mark_read = _read(image.file), getattr(image.file.file, "is_clean", False)


def keep(image: Any) -> None:
    """After it was saved: keep what was read."""
    found = image.__dict__.pop("ai_mark_read", None)
    if found is not None:
        mark, clean = found
        at = timezone.now() if clean else None
        values = {"mark": mark or {}, "is_ai": bool(mark), "cleaned_at": at}
        PictureMark.objects.update_or_create(image=image, defaults=values)


def carry(rendition: Any) -> None:
    """Before a size of a picture is saved: put the picture's mark into it. Sizes without one stay byte for byte."""
    if not rendition.file or rendition.file._committed:
        return
    mark = mark_of(rendition.image)
    if mark:
        name, data = rendition.file.name, _bytes(rendition.file)
        rendition.file = File(BytesIO(aigc.embed(data, mark)), name=name)


def mark_of(image: Any) -> aigc.Mark:
    """The picture's mark; a picture that came in before marks were read is read now."""
    found = PictureMark.objects.filter(image_id=image.pk).first()
    if found is None:
        with image.open_file() as file:
            mark = _read(file)
        found, _made = PictureMark.objects.get_or_create(
            image_id=image.pk, defaults={"mark": mark or {}, "is_ai": bool(mark)}
        )
    return dict(found.mark)


def made_by_ai(image_ids: Iterable[int | None]) -> set[int]:
    """Which of these pictures carry a mark: one query however many, none for none."""
    wanted = {pk for pk in image_ids if pk is not None}
    if not wanted:
        return set()
    return set(PictureMark.objects.filter(image_id__in=wanted, is_ai=True).values_list("image_id", flat=True))


def cover_ai(post: Any, by_ai: Collection[int] | None = None) -> str:
    """What a machine had to do with a post's cover: as its file says, else as the writer does; empty for nothing."""
    if post.cover_id is None:
        return ""
    marked = made_by_ai([post.cover_id]) if by_ai is None else by_ai
    said = AiUse.GENERATED if post.cover_id in marked else post.cover_ai
    return "" if said == AiUse.NONE else str(said)


def _read(file: Any) -> aigc.Mark | None:
    return aigc.read(_bytes(file))


def _bytes(file: Any) -> bytes:
    file.seek(0)
    data: bytes = file.read(MOST_READ)
    file.seek(0)
    return data
