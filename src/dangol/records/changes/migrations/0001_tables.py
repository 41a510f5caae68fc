import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('changes', '0001_initial')]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=63)),
                ('first_key', models.BigIntegerField()),
                ('last_key', models.BigIntegerField()),
                ('xid', models.BigIntegerField(null=True)),
                ('recorded_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('last_key__gte', models.F('first_key'))), name='change_range_is_ordered')],
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reader', models.CharField(max_length=63)),
                ('change', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='changes.change')),
                ('read_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('reader', 'change'), name='each_change_is_read_once')],
            },
        ),
    ]
