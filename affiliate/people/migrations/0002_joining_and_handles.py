import affiliate.people.models
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def keep_handles(apps, schema_editor):
    """Every author's handle is theirs from now on, whatever they call themselves later."""
    author, handle = apps.get_model('people', 'Author'), apps.get_model('people', 'Handle')
    rows = author.objects.using(schema_editor.connection.alias).values_list('pk', 'handle').iterator()
    handle.objects.using(schema_editor.connection.alias).bulk_create(
        [handle(handle=name, author_id=pk) for pk, name in rows], ignore_conflicts=True, batch_size=500
    )


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='user',
            options={'permissions': [('view_commission', 'Can see commission rates and earnings'), ('needs_second_factor', 'Must set up a second factor before the admin opens')], 'verbose_name': 'user', 'verbose_name_plural': 'users'},
        ),
        migrations.CreateModel(
            name='Handle',
            fields=[
                ('handle', models.CharField(max_length=30, primary_key=True, serialize=False)),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='handles', to='people.author')),
            ],
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='email address')),
                ('token_digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('language', models.CharField(default='zh-hans', max_length=10)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='people.agency', verbose_name='agency')),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='pen name')),
                ('handle', models.CharField(max_length=30, validators=[django.core.validators.RegexValidator('^[a-z0-9][a-z0-9-]{1,29}$', 'Use 2 to 30 lower-case letters, digits or hyphens.'), affiliate.people.models.not_reserved], verbose_name='handle')),
                ('about', models.TextField(max_length=1000, verbose_name='what you would write about')),
                ('disclosure', models.TextField(blank=True, max_length=500, verbose_name='conflicts of interest')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('admitted', 'admitted'), ('refused', 'refused')], default='waiting', max_length=10, verbose_name='state')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='applications', to=settings.AUTH_USER_MODEL, verbose_name='User')),
            ],
            options={
                'verbose_name': 'application',
                'verbose_name_plural': 'applications',
                'ordering': ['-created_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('user',), name='one_waiting_application_per_user'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='a_refusal_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='an_application_is_decided_at_a_time')],
            },
        ),
        migrations.RunPython(keep_handles, migrations.RunPython.noop),
    ]
