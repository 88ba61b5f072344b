"""Results of the search say what a machine had to do with a cover. Those that stand already learn it from their posts."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def learn(apps: Any, _schema: Any) -> None:
    """What posts declared and their covers' files say until now; the file's word is the last."""
    entries = apps.get_model("search", "SearchEntry").objects.exclude(cover_url="")
    marks = apps.get_model("pages", "PictureMark").objects
    marked = list(marks.filter(is_ai=True).values_list("image_id", flat=True))
    for kind in ("ReviewPage", "DealPage", "ListPage"):
        posts = apps.get_model("pages", kind).objects
        for use in ("assisted", "generated"):
            ids = list(posts.filter(cover_ai=use).values_list("pk", flat=True))
            entries.filter(page_id__in=ids).update(cover_ai=use)
        ids = list(posts.filter(cover_id__in=marked).values_list("pk", flat=True))
        entries.filter(page_id__in=ids).update(cover_ai="generated")


class Migration(migrations.Migration):
    dependencies = [("search", "0005_ai_marks"), ("pages", "0004_what_the_law_asks")]

    operations = [
        migrations.AddField("searchentry", "cover_ai", models.CharField(blank=True, max_length=10)),
        migrations.RunPython(learn, migrations.RunPython.noop),
    ]
