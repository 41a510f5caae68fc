import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('breach', '0001_incidents_of_leaked_data')]

    initial = True

    dependencies = [
        ('staff', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('aware_at', models.DateTimeField()),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('aware_at__lte', models.F('opened_at'))), name='nobody_is_aware_of_a_leak_later_than_they_say')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='breach.incident')),
                ('standing', models.CharField(choices=[('possible', 'Data may have leaked'), ('certain', 'Data have leaked'), ('not_leaked', 'It was no leak')], max_length=12)),
                ('intrusion', models.BooleanField(default=False)),
                ('sensitive', models.BooleanField(default=False)),
                ('items', models.TextField(blank=True)),
                ('course', models.TextField(blank=True)),
                ('advice', models.TextField(blank=True)),
                ('measures', models.TextField(blank=True)),
                ('contact', models.TextField(blank=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Affected',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affected', to='breach.incident')),
                ('customer', models.BigIntegerField()),
                ('how', models.CharField(choices=[('log', 'By the access log'), ('list', 'By a list of customer numbers')], max_length=4)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('incident', 'customer'), name='nobody_is_affected_twice_by_an_incident')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='breach.incident')),
                ('finding', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='breach.finding')),
                ('kind', models.CharField(choices=[('opened', 'Opened'), ('found', 'Wrote down what is known'), ('people', 'Added people'), ('reported', 'Reported to the authority'), ('spared', 'Decided not to report'), ('letters', 'Sent letters'), ('posted', 'Posted the notice'), ('note', 'Note'), ('closed', 'Closed')], max_length=10)),
                ('text', models.TextField(blank=True)),
                ('people', models.PositiveIntegerField(null=True)),
                ('law', models.CharField(blank=True, max_length=20)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'closed')), fields=('incident',), name='an_incident_is_closed_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['spared', 'note', 'closed']), ('text', ''), _negated=True), name='a_decision_says_why')],
            },
        ),
    ]
