import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('outbox', '0001_initial'), ('outbox', '0002_messages_say_what_they_are_about')]

    initial = True

    dependencies = [
        ('catalog', '0001_tables'),
        ('customers', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200, unique=True)),
                ('identity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='customers.identity')),
                ('source_ref', models.CharField(max_length=160)),
                ('offer', models.CharField(blank=True, max_length=40)),
                ('channel', models.CharField(max_length=40)),
                ('kind', models.CharField(choices=[('advertising', 'Advertising'), ('informational', 'Informational'), ('service', 'Part of a service')], max_length=20)),
                ('address', models.CharField(blank=True, max_length=254)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('body', models.TextField()),
                ('goods', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.category')),
                ('topic', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.topic')),
                ('ground', models.CharField(blank=True, db_default='', max_length=20)),
                ('pack', models.CharField(blank=True, db_default='', max_length=40)),
                ('enqueued_at', models.DateTimeField()),
                ('not_before', models.DateTimeField(null=True)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('handed_over_at', models.DateTimeField(null=True)),
                ('withheld', models.CharField(blank=True, max_length=40)),
            ],
            options={
                'indexes': [models.Index(fields=['source_ref', 'handed_over_at'], name='outbox_mess_source__fdfa73_idx'), models.Index(condition=models.Q(('handed_over_at', None), ('withheld', '')), fields=['id'], name='still_to_carry')],
                'constraints': [models.CheckConstraint(condition=models.Q(('withheld', ''), ('handed_over_at', None), _connector='OR'), name='a_message_is_handed_over_or_withheld_never_both')],
            },
        ),
    ]
