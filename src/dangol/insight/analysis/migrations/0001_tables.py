import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('analysis', '0001_initial'), ('analysis', '0002_people_who_stand_here_twice')]

    initial = True

    dependencies = [
        ('customers', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('as_of', models.DateTimeField()),
                ('lake_version', models.CharField(blank=True, max_length=40)),
                ('parameters', models.JSONField(default=dict)),
                ('summary', models.JSONField(default=dict)),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['kind', '-finished_at'], name='analysis_ru_kind_4391ed_idx')],
            },
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='analysis.run')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='customers.customer')),
                ('name', models.CharField(max_length=40)),
                ('value', models.FloatField(null=True)),
                ('text', models.CharField(blank=True, max_length=40)),
                ('low', models.FloatField(null=True)),
                ('high', models.FloatField(null=True)),
                ('provenance', models.CharField(choices=[('measured', 'Measured'), ('estimated', 'Estimated'), ('unknown', 'Unknown')], max_length=10)),
            ],
            options={
                'indexes': [models.Index(fields=['run', 'name', 'text', 'value'], name='analysis_sc_run_id_182e68_idx')],
                'constraints': [models.UniqueConstraint(fields=('customer', 'run', 'name'), name='one_score_per_customer_run_and_name')],
            },
        ),
        migrations.CreateModel(
            name='Effect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='effects', to='analysis.run')),
                ('source_ref', models.CharField(max_length=160)),
                ('outcome', models.CharField(max_length=40)),
                ('estimator', models.CharField(max_length=20)),
                ('declared', models.BooleanField()),
                ('effect', models.FloatField()),
                ('ci_low', models.FloatField()),
                ('ci_high', models.FloatField()),
                ('treated', models.PositiveIntegerField()),
                ('held_out', models.PositiveIntegerField()),
                ('mean_treated', models.FloatField()),
                ('mean_held_out', models.FloatField()),
            ],
            options={
                'indexes': [models.Index(fields=['source_ref'], name='analysis_ef_source__c5e423_idx')],
                'constraints': [models.UniqueConstraint(fields=('run', 'source_ref', 'outcome', 'estimator'), name='one_effect_per_run_and_estimator')],
            },
        ),
        migrations.CreateModel(
            name='ProposedPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='proposed_people', to='analysis.run')),
                ('size', models.PositiveIntegerField()),
                ('probability', models.FloatField()),
                ('settled_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['run', 'settled_at', '-probability', 'id'], name='proposals_surest_first')],
                'constraints': [models.CheckConstraint(condition=models.Q(('size__gte', 2)), name='one_person_proposed_of_at_least_two')],
            },
        ),
        migrations.CreateModel(
            name='LikePair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='like_pairs', to='analysis.run')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='pairs', to='analysis.proposedperson')),
                ('left', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('right', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('probability', models.FloatField()),
                ('agreed', models.JSONField(default=dict)),
                ('cut', models.CharField(blank=True, choices=[('', 'Not taken apart'), ('chain', 'Alike to one of the group only, not to the others'), ('proof', 'Something about them cannot both be true'), ('family', 'They share what a family shares, and nothing else'), ('never', 'Somebody said that one of them is never the other')], db_default='', default='', max_length=10)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run', 'left', 'right'), name='one_pair_of_customers_per_run'), models.CheckConstraint(condition=models.Q(('left__lt', models.F('right'))), name='a_pair_begins_with_the_smaller_number'), models.CheckConstraint(condition=models.Q(models.Q(('person', None), models.Q(('cut', ''), _negated=True)), models.Q(('cut', ''), ('person__isnull', False)), _connector='OR'), name='a_pair_is_of_one_person_or_taken_apart')],
            },
        ),
    ]
