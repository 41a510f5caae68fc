import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('rights', '0001_requests_reviews_and_destructions'), ('rights', '0002_data_of_partners_end')]

    initial = True

    dependencies = [
        ('customers', '0001_tables'),
        ('staff', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Request',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='customers.customer')),
                ('kind', models.CharField(choices=[('see', 'See their data'), ('correct', 'Correct their data'), ('stop', 'Stop using their data'), ('erase', 'Be forgotten'), ('explain', 'Have a decision explained'), ('object', 'Object to automated decisions')], max_length=10)),
                ('way', models.CharField(choices=[('web', 'On the web'), ('phone', 'By phone'), ('counter', 'At the counter'), ('mail', 'By letter or e-mail')], max_length=10)),
                ('asked_by', models.CharField(choices=[('self', 'Themselves'), ('guardian', 'Their legal guardian'), ('agent', 'Somebody they authorised')], default='self', max_length=10)),
                ('language', models.CharField(default='ko', max_length=2)),
                ('wish', models.TextField(blank=True)),
                ('changes', models.JSONField(default=dict)),
                ('received_at', models.DateTimeField(db_index=True)),
                ('due_on', models.DateField()),
                ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['see', 'correct', 'stop', 'erase', 'explain', 'object'])), name='a_request_is_of_a_known_kind')],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='rights.request')),
                ('state', models.CharField(choices=[('received', 'Received'), ('checked', 'Identity made sure'), ('delayed', 'Put off'), ('done', 'Done'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn')], max_length=10)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('note', models.TextField(blank=True)),
                ('until', models.DateField(null=True)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('letter', models.TextField(blank=True)),
                ('sent', models.CharField(blank=True, max_length=40)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['done', 'refused', 'withdrawn'])), fields=('request',), name='a_request_is_closed_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'delayed'), _negated=True), ('until__isnull', False), _connector='OR'), name='a_delay_says_until_when')],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='customers.customer')),
                ('request', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='rights.request')),
                ('decision', models.CharField(max_length=40)),
                ('subject', models.CharField(blank=True, max_length=160)),
                ('outcome', models.CharField(choices=[('stands', 'It stands'), ('changed', 'Decided anew by a person')], max_length=10)),
                ('words', models.TextField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Destruction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('erasure', 'A person was forgotten'), ('retention', 'Terms ran out'), ('alliance', "A partner's data ended")], max_length=10)),
                ('customer_number', models.BigIntegerField(db_index=True, null=True)),
                ('identity_numbers', models.JSONField(default=list)),
                ('mark', models.CharField(blank=True, max_length=64)),
                ('tables', models.JSONField(default=dict)),
                ('reason', models.CharField(max_length=200)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('digest', models.CharField(max_length=64, unique=True)),
            ],
        ),
    ]
