import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('voices', '0001_initial'), ('voices', '0002_feedback'), ('voices', '0003_longer_questions')]

    initial = True

    dependencies = [
        ('catalog', '0001_tables'),
        ('customers', '0001_tables'),
        ('staff', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='SurveyAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='customers.identity')),
                ('source', models.CharField(max_length=40)),
                ('ref', models.CharField(max_length=120)),
                ('survey', models.CharField(max_length=80)),
                ('item', models.CharField(max_length=200)),
                ('dimension', models.CharField(max_length=40)),
                ('score', models.FloatField()),
                ('scale_min', models.FloatField()),
                ('scale_max', models.FloatField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['identity', 'at'], name='voices_surv_identit_8a19bb_idx')],
                'constraints': [models.UniqueConstraint(fields=('source', 'ref'), name='one_answer_per_ref'), models.CheckConstraint(condition=models.Q(('score__gte', models.F('scale_min')), ('score__lte', models.F('scale_max'))), name='answer_lies_on_its_scale')],
            },
        ),
        migrations.CreateModel(
            name='Feedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identity', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='customers.identity')),
                ('source', models.CharField(max_length=40)),
                ('ref', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('complaint', 'Complaint'), ('inquiry', 'Question'), ('suggestion', 'Suggestion'), ('praise', 'Praise'), ('monitor', 'Monitor report'), ('review', 'Review'), ('opinion', 'Opinion')], max_length=12)),
                ('at', models.DateTimeField()),
                ('touchpoint', models.CharField(blank=True, max_length=40)),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.unit')),
                ('product', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.product')),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('text', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(fields=['identity', 'at'], name='voices_feed_identit_b134d3_idx'), models.Index(fields=['at', 'kind'], name='voices_feed_at_fb63d9_idx')],
                'constraints': [models.UniqueConstraint(fields=('source', 'ref'), name='one_feedback_per_ref')],
            },
        ),
        migrations.CreateModel(
            name='FeedbackStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('feedback', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='voices.feedback')),
                ('state', models.CharField(choices=[('open', 'Open'), ('taken_up', 'Taken up'), ('answered', 'Answered'), ('settled', 'Settled')], max_length=10)),
                ('at', models.DateTimeField()),
                ('text', models.TextField(blank=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('feedback', 'state', 'at'), name='one_step_of_feedback_at_a_time')],
            },
        ),
    ]
