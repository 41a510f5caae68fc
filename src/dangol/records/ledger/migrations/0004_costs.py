import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0003_keys_are_asked_for_once_a_statement'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Cost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=40)),
                ('ref', models.CharField(max_length=140)),
                ('entry', models.CharField(max_length=120)),
                ('purpose', models.CharField(choices=[('win', 'Winning customers'), ('keep', 'Keeping customers'), ('win_back', 'Winning customers back'), ('joint', 'Several of these together')], max_length=8)),
                ('channel', models.CharField(max_length=80)),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('at', models.DateTimeField()),
                ('amount', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('campaign', models.CharField(blank=True, max_length=160)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('entered_at', models.DateTimeField()),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='CostTakenBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cost', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='taken_back', to='ledger.cost')),
            ],
        ),
        migrations.AddIndex(
            model_name='cost',
            index=models.Index(fields=['source', 'entry'], name='costs_of_an_entry'),
        ),
        migrations.AddIndex(
            model_name='cost',
            index=models.Index(fields=['-since', '-id'], name='costs_the_last_first'),
        ),
        migrations.AddConstraint(
            model_name='cost',
            constraint=models.UniqueConstraint(fields=('source', 'ref'), name='one_cost_per_ref'),
        ),
        migrations.AddConstraint(
            model_name='cost',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='a_cost_is_above_0'),
        ),
        migrations.AddConstraint(
            model_name='cost',
            constraint=models.CheckConstraint(condition=models.Q(('until__gte', models.F('since'))), name='a_cost_ends_after_it_begins'),
        ),
    ]
