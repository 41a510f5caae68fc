import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('delivery', '0001_initial')]

    initial = True

    dependencies = [
        ('outbox', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Displayed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='displayed', to='outbox.message')),
                ('channel', models.CharField(max_length=40)),
                ('address', models.CharField(blank=True, max_length=254)),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
            ],
        ),
    ]
