"""The index table, in the form that the database at hand has for it."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from content.search import engine


def create(_apps: Any, schema_editor: Any) -> None:
    engine.create(schema_editor.connection)


def drop(_apps: Any, schema_editor: Any) -> None:
    engine.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
