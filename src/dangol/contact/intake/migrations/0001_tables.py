import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('intake', '0001_initial'), ('intake', '0002_files_of_partners'), ('intake', '0003_what_batches_wrote_and_profiles'), ('intake', '0004_files_that_come_by_themselves'), ('intake', '0005_refusals_that_stayed')]

    initial = True

    dependencies = [
        ('customers', '0001_tables'),
        ('staff', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(max_length=40)),
                ('headings', models.JSONField(default=list)),
                ('mapping', models.JSONField(default=dict)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('details', models.JSONField(default=dict)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('folder', models.CharField(blank=True, max_length=80)),
                ('rhythm', models.CharField(blank=True, choices=[('', 'Whenever one comes'), ('day', 'Every day'), ('week', 'Every week')], max_length=8)),
                ('language', models.CharField(blank=True, max_length=8)),
                ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('regular_since', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'name'), name='one_profile_per_kind_and_name'), models.UniqueConstraint(condition=models.Q(('folder', ''), _negated=True), fields=('folder',), name='one_profile_per_folder'), models.CheckConstraint(condition=models.Q(('taken_by', None), models.Q(('folder', ''), _negated=True), _connector='OR'), name='what_comes_by_itself_has_a_folder')],
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('source', models.CharField(max_length=40)),
                ('file_name', models.CharField(blank=True, max_length=255)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('columns', models.JSONField(default=list)),
                ('mapping', models.JSONField(default=dict)),
                ('kept', models.JSONField(default=dict)),
                ('rows', models.PositiveBigIntegerField(default=0)),
                ('accepted', models.PositiveBigIntegerField(default=0)),
                ('rejected', models.PositiveBigIntegerField(default=0)),
                ('created', models.PositiveBigIntegerField(default=0)),
                ('updated', models.PositiveBigIntegerField(default=0)),
                ('unchanged', models.PositiveBigIntegerField(default=0)),
                ('amount_total', models.BigIntegerField(default=0)),
                ('stage', models.CharField(blank=True, max_length=80)),
                ('done', models.PositiveBigIntegerField(default=0)),
                ('total', models.PositiveBigIntegerField(default=0)),
                ('problem', models.TextField(blank=True)),
                ('warnings', models.JSONField(default=list)),
                ('seconds', models.FloatField(default=0)),
                ('partner_set', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.partnerset')),
                ('mends', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='mended_by', to='intake.batch')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('profile', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='files', to='intake.profile')),
                ('mark', models.CharField(blank=True, max_length=64)),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('finished_at', None), models.Q(('mark', ''), _negated=True)), fields=('profile', 'mark'), name='one_import_at_a_time_of_a_file_that_came')],
            },
        ),
        migrations.CreateModel(
            name='Reject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rejects', to='intake.batch')),
                ('row', models.PositiveBigIntegerField()),
                ('reason', models.CharField(max_length=300)),
                ('original', models.JSONField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('batch', 'row'), name='one_reject_per_row')],
            },
        ),
        migrations.CreateModel(
            name='Wrote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wrote', to='intake.batch')),
                ('table', models.CharField(max_length=63)),
                ('first_key', models.BigIntegerField()),
                ('last_key', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('last_key__gte', models.F('first_key'))), name='written_range_is_ordered')],
            },
        ),
        migrations.CreateModel(
            name='Changed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changed', to='intake.batch')),
                ('table', models.CharField(max_length=63)),
                ('key', models.BigIntegerField()),
                ('customer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('was', models.JSONField()),
                ('became', models.JSONField()),
            ],
            options={
                'indexes': [models.Index(fields=['table', 'key', 'id'], name='changes_of_a_row_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Undoing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='undoing', to='intake.batch')),
                ('removed', models.JSONField(default=dict)),
                ('restored', models.PositiveBigIntegerField(default=0)),
                ('overwritten', models.PositiveBigIntegerField(default=0)),
                ('stayed', models.JSONField(default=dict)),
                ('refusals', models.PositiveBigIntegerField(db_default=0, default=0)),
                ('seconds', models.FloatField(default=0)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
            ],
        ),
    ]
