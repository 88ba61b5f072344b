"""Cards say what a machine had to do with a post. Those that stand already learn it from their posts."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def learn(apps: Any, _schema: Any) -> None:
    """What posts declared until now, and what the files of their covers said."""
    cards = apps.get_model("feed", "Card").objects
    by_ai = apps.get_model("pages", "PictureMark").objects.filter(is_ai=True).values("image")
    for kind in ("ReviewPage", "DealPage", "ListPage"):
        ids = list(apps.get_model("pages", kind).objects.filter(cover__in=by_ai).values_list("pk", flat=True))
        cards.filter(page_id__in=ids).update(cover_ai="generated")
        for use in ("assisted", "generated"):
            ids = list(apps.get_model("pages", kind).objects.filter(ai_use=use).values_list("pk", flat=True))
            cards.filter(page_id__in=ids).update(ai_use=use)


class Migration(migrations.Migration):
    dependencies = [("feed", "0001_initial"), ("pages", "0004_what_the_law_asks")]

    operations = [
        migrations.AddField("card", "ai_use", models.CharField(blank=True, max_length=10)),
        migrations.AddField("card", "cover_ai", models.CharField(blank=True, max_length=10)),
        migrations.RunPython(learn, migrations.RunPython.noop),
    ]
