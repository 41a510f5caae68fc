import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('segments', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Sheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target', models.CharField(choices=[('first', 'Served first'), ('later', 'Served as it comes'), ('not', 'Not courted')], max_length=8)),
                ('position', models.CharField(blank=True, max_length=300)),
                ('value', models.CharField(blank=True, max_length=300)),
                ('price', models.CharField(blank=True, max_length=300)),
                ('channel', models.CharField(blank=True, max_length=300)),
                ('promotion', models.CharField(blank=True, max_length=300)),
                ('reward', models.CharField(blank=True, max_length=300)),
                ('saved_at', models.DateTimeField()),
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('segment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sheets', to='segments.segment')),
            ],
            options={
                'indexes': [models.Index(fields=['segment', '-id'], name='newest_sheet_first')],
            },
        ),
    ]
