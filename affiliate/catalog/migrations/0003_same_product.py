"""Items can be joined to one product, and a person is asked where that is only likely."""

import django.db.models.deletion
from django.db import migrations, models


def keep_each_barcode_once(apps, schema_editor):
    """Nothing of ours has written products so far; should a barcode stand twice all the same, the first keeps it."""
    product = apps.get_model('catalog', 'Product')
    seen = set()
    for row in product.objects.exclude(barcode='').order_by('pk'):
        if row.barcode in seen:
            product.objects.filter(pk=row.pk).update(barcode='')
        seen.add(row.barcode)


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_merchant_feeds'),
    ]

    operations = [
        migrations.CreateModel(
            name='SameQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('likeness', models.PositiveSmallIntegerField(default=0)),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('same', models.BooleanField(null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.CharField(blank=True, max_length=150)),
                ('moved', models.JSONField(default=list)),
            ],
            options={
                'verbose_name': 'same product?',
                'permissions': [('join_products', 'Can say which items are the same product')],
            },
        ),
        migrations.AlterModelOptions(
            name='product',
            options={'verbose_name': 'product', 'verbose_name_plural': 'products'},
        ),
        migrations.AddField(
            model_name='item',
            name='barcode',
            field=models.CharField(blank=True, db_index=True, max_length=14, verbose_name='barcode'),
        ),
        migrations.AddField(
            model_name='item',
            name='compared_at',
            field=models.DateTimeField(blank=True, db_index=True, null=True),
        ),
        migrations.AddField(
            model_name='item',
            name='joined_by',
            field=models.CharField(blank=True, choices=[('barcode', 'same barcode'), ('model', 'same brand and model'), ('person', 'a person said so')], max_length=10),
        ),
        migrations.AddField(
            model_name='item',
            name='joined_key',
            field=models.CharField(blank=True, max_length=220),
        ),
        migrations.AddField(
            model_name='item',
            name='model',
            field=models.CharField(blank=True, max_length=100, verbose_name='model'),
        ),
        migrations.AddField(
            model_name='product',
            name='merged_into',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalog.product'),
        ),
        migrations.AddField(
            model_name='product',
            name='model_key',
            field=models.CharField(blank=True, db_index=True, max_length=200),
        ),
        migrations.RunPython(keep_each_barcode_once, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.UniqueConstraint(condition=models.Q(('barcode', ''), _negated=True), fields=('barcode',), name='one_product_per_barcode'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.UniqueConstraint(condition=models.Q(('barcode', ''), models.Q(('model_key', ''), _negated=True)), fields=('model_key',), name='one_product_per_model'),
        ),
        migrations.AddField(
            model_name='samequestion',
            name='high',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.item'),
        ),
        migrations.AddField(
            model_name='samequestion',
            name='low',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.item'),
        ),
        migrations.AddConstraint(
            model_name='samequestion',
            constraint=models.UniqueConstraint(fields=('low', 'high'), name='a_pair_is_asked_once'),
        ),
        migrations.AddConstraint(
            model_name='samequestion',
            constraint=models.CheckConstraint(condition=models.Q(('low__lt', models.F('high'))), name='a_pair_is_ordered'),
        ),
    ]
