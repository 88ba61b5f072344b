"""Results of the search say what a machine had to do with a post. Those that stand already learn it from their posts."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def learn(apps: Any, _schema: Any) -> None:
    """What posts declared until now."""
    entries = apps.get_model("search", "SearchEntry").objects
    for kind in ("ReviewPage", "DealPage", "ListPage"):
        for use in ("assisted", "generated"):
            ids = list(apps.get_model("pages", kind).objects.filter(ai_use=use).values_list("pk", flat=True))
            entries.filter(page_id__in=ids).update(ai_use=use)


class Migration(migrations.Migration):
    dependencies = [("search", "0004_learn_words"), ("pages", "0004_what_the_law_asks")]

    operations = [
        migrations.AddField("searchentry", "ai_use", models.CharField(blank=True, max_length=10)),
        migrations.RunPython(learn, migrations.RunPython.noop),
    ]
