"""Keeps files and rows in step: a file that no row names goes after a day, a row whose file is gone is reported.

A process that ends between the file and its row leaves such a file; so does a store that was down when one was deleted.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.apps import apps
from django.core.files.storage import Storage, default_storage
from django.db.models import FileField
from django.utils import timezone

logger = logging.getLogger("zhongcao.media")

FOLDERS = ("original_images", "images", "documents", "authors", "avatar_images", "wagtail_uploads")
"""Where rows keep their files. What somebody laid anywhere else in the store is none of ours."""
LEFT_FOR = timedelta(days=1)
"""So long a file may wait for its row: the longest upload takes minutes."""
REFUSAL = "No row names %d of the %d files in the store: nothing was removed. Is this the right database?"
MOST_NAMED = 20
"""Names that a log line holds."""


@dataclass(slots=True)
class Order:
    """What one look found."""

    files: int = 0
    orphans: list[str] = field(default_factory=list)
    """Removed, unless the look was dry."""
    missing: list[str] = field(default_factory=list)
    """`app.Model pk: name` of rows whose file is not there."""
    refused: bool = False
    """More files would go than stay: most likely this is another installation's store or database."""


def put_in_order(*, dry_run: bool = False, sure: bool = False) -> Order:
    """Remove what no row names and say which rows lack their file. `sure`: a person says that it is the right database,
    although more files would go than stay. Raises StoreDown where the store does not answer.
    """
    # Files first, rows after: a row that comes in between is seen, and its file is younger than a day.
    kept = {name for folder in FOLDERS for name in _walk(default_storage, folder)}
    named = dict(_named())
    order = Order(files=len(kept), missing=sorted(row for name, row in named.items() if name not in kept))
    order.missing = [row for row in order.missing if not default_storage.exists(row.partition(": ")[2])]
    border = timezone.now() - LEFT_FOR
    order.orphans = [name for name in sorted(kept - set(named)) if _older(name, border)]
    order.refused = len(order.orphans) > len(kept & named.keys()) and not sure
    if order.refused:
        logger.error(REFUSAL, len(order.orphans), len(kept))
    elif not dry_run:
        for name in order.orphans:
            default_storage.delete(name)
    _say(order)
    return order


def _walk(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        if name:
            yield f"{folder}/{name}"
    for name in folders:
        yield from _walk(storage, f"{folder}/{name}")


def _named() -> Iterator[tuple[str, str]]:
    """Every file that a row names, and which row that is."""
    for model in apps.get_models():
        for one in model._meta.concrete_fields:
            if isinstance(one, FileField) and one.storage is default_storage and one.model is model:
                rows = model._default_manager.exclude(**{one.name: ""}).values_list("pk", one.name)
                for pk, name in rows.iterator():
                    if name:
                        yield str(name), f"{model._meta.label} {pk}: {name}"


def _older(name: str, border: datetime) -> bool:
    try:
        return default_storage.get_modified_time(name) < border
    except FileNotFoundError:
        return False


def _say(order: Order) -> None:
    if order.orphans:
        logger.warning("%d files without a row: %s", len(order.orphans), ", ".join(order.orphans[:MOST_NAMED]))
    if order.missing:
        logger.warning("%d rows without their file: %s", len(order.missing), "; ".join(order.missing[:MOST_NAMED]))
