"""Which account an ad slot is one of: until now each was the default account's."""

from __future__ import annotations

from django.db import migrations, models


def name_the_default(apps, schema_editor):
    for account in apps.get_model("connections", "Account").objects.filter(is_default=True).exclude(name="default"):
        apps.get_model("tracking", "AdSlot").objects.filter(network=account.network).update(account=account.name)


class Migration(migrations.Migration):

    dependencies = [
        ("connections", "0004_one_default_account"),
        ("tracking", "0005_forms_of_links"),
    ]

    operations = [
        migrations.AddField(
            model_name="adslot",
            name="account",
            field=models.CharField(default="default", max_length=60, verbose_name="account"),
        ),
        migrations.RunPython(name_the_default, migrations.RunPython.noop, elidable=True),
    ]
