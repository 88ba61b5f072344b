"""How far orders were read, and which orders were pushed, per account: until now all were the default account's."""

from __future__ import annotations

from django.db import migrations, models


def name_the_default(apps, schema_editor):
    for account in apps.get_model("connections", "Account").objects.filter(is_default=True).exclude(name="default"):
        for model in ("PullCursor", "PushedOrder"):
            apps.get_model("earnings", model).objects.filter(network=account.network).update(account=account.name)


class Migration(migrations.Migration):

    dependencies = [
        ("connections", "0004_one_default_account"),
        ("earnings", "0006_click_match"),
    ]

    operations = [
        migrations.AddField("pullcursor", "account", models.CharField(default="default", max_length=60)),
        migrations.AddField("pushedorder", "account", models.CharField(default="default", max_length=60)),
        migrations.RunPython(name_the_default, migrations.RunPython.noop, elidable=True),
        migrations.RemoveConstraint("pullcursor", "one_cursor"),
        migrations.AddConstraint(
            "pullcursor",
            models.UniqueConstraint(fields=("network", "account", "time_type"), name="one_cursor"),
        ),
    ]
