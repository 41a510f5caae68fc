import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('relationship', '0001_initial')]

    initial = True

    dependencies = [
        ('analysis', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Reference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='references', to='analysis.run')),
                ('part', models.CharField(max_length=40)),
                ('scale', models.BinaryField()),
                ('customers', models.PositiveIntegerField()),
                ('frozen_at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run', 'part'), name='one_scale_per_run_and_part')],
            },
        ),
    ]
