"""Terms, window and rule of merchants, in versions; messages that made no order."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

RULES = [("code", "the coupon code decides"), ("link", "the link decides")]
AGREED = ("commission_rate_bp", "window_days", "code_rule", "terms")


def first_versions(apps, schema_editor):
    """Every merchant that there is gets its first version."""
    versions = apps.get_model("connections", "MerchantTerms")
    for merchant in apps.get_model("connections", "Merchant").objects.defer("secret"):
        values = {name: getattr(merchant, name) for name in AGREED}
        versions.objects.create(merchant=merchant, valid_from=timezone.now(), **values)


class Migration(migrations.Migration):
    dependencies = [("connections", "0001_initial")]

    operations = [
        migrations.AddField(
            "merchant", "window_days",
            models.PositiveSmallIntegerField(
                default=30,
                help_text="A click is credited with orders placed within this many days after it.",
                validators=[
                    django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(365),
                ],
                verbose_name="attribution window in days",
            ),
        ),
        migrations.AddField(
            "merchant", "code_rule",
            models.CharField(
                choices=RULES, default="code", max_length=4,
                verbose_name="where code and link name different authors",
            ),
        ),
        migrations.AddField(
            "merchant", "terms",
            models.TextField(
                blank=True, default="", help_text="What was agreed with the merchant, in your words.", max_length=4000,
                verbose_name="terms",
            ),
            preserve_default=False,
        ),
        migrations.CreateModel(
            "MerchantTerms",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateTimeField()),
                ("commission_rate_bp", models.PositiveIntegerField(default=0)),
                ("window_days", models.PositiveSmallIntegerField(default=30)),
                ("code_rule", models.CharField(choices=RULES, default="code", max_length=4)),
                ("terms", models.TextField(blank=True)),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions",
                        to="connections.merchant",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["merchant", "valid_from"], name="terms_in_force")]},
        ),
        migrations.CreateModel(
            "MerchantMessage",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True, db_index=True)),
                ("kind", models.CharField(choices=[("refused", "refused"), ("test", "test")], max_length=10)),
                ("status", models.PositiveSmallIntegerField()),
                ("answer", models.CharField(max_length=300)),
                ("body", models.JSONField(default=dict)),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="messages",
                        to="connections.merchant",
                    ),
                ),
            ],
            options={"ordering": ["-at", "-pk"]},
        ),
        migrations.RunPython(first_versions, migrations.RunPython.noop),
    ]
