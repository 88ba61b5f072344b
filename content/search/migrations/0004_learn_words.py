"""Fills the table of known words from the posts that can be found already."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from content.search.words import known_words

AT_ONCE = 500


def learn(apps: Any, _schema_editor: Any) -> None:
    """An entry's words in transactions of their own, so that clicks need not wait for all of them."""
    known_word = apps.get_model("search", "KnownWord")
    entries = apps.get_model("search", "SearchEntry").objects.order_by("pk")
    for row in entries.values_list("title", "verdict", "author_name", "text").iterator(chunk_size=100):
        rows = [known_word(word=word) for word in sorted(known_words("\n".join(row)))]
        for start in range(0, len(rows), AT_ONCE):
            known_word.objects.bulk_create(rows[start : start + AT_ONCE], ignore_conflicts=True)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("search", "0003_known_words")]

    operations = [migrations.RunPython(learn, migrations.RunPython.noop)]
