"""The exit knows which items their shops took down."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def note(apps: Any, _editor: Any) -> None:
    """What is down already."""
    gone = apps.get_model("tracking", "Placement").objects.filter(item__available=False)
    apps.get_model("tracking", "ExitTarget").objects.filter(code__in=gone.values("code")).update(gone=True)


class Migration(migrations.Migration):
    dependencies = [("tracking", "0006_accounts_of_slots")]

    operations = [
        migrations.AddField("exittarget", "gone", models.BooleanField(db_default=False, default=False)),
        migrations.RunPython(note, migrations.RunPython.noop),
    ]
