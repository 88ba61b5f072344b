"""At most one default account at each network: where several called themselves that, or none, it is the first. And
since when a network refuses an account's credentials.
"""

from __future__ import annotations

from django.db import migrations, models


def keep_the_first(apps, schema_editor):
    Account = apps.get_model("connections", "Account")
    default = {}
    for account in Account.objects.order_by("-is_default", "pk"):
        default.setdefault(account.network, account.pk)
    Account.objects.exclude(pk__in=default.values()).update(is_default=False)
    Account.objects.filter(pk__in=default.values()).update(is_default=True)


class Migration(migrations.Migration):

    dependencies = [
        ("connections", "0003_renewal_and_calls"),
    ]

    operations = [
        migrations.AddField("account", "refused_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunPython(keep_the_first, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_default", True)), fields=("network",), name="one_default_account"
            ),
        ),
    ]
