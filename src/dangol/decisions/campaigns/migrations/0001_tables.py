import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('campaigns', '0001_initial'), ('campaigns', '0002_campaigns_name_goods_and_topic')]

    initial = True

    dependencies = [
        ('catalog', '0001_tables'),
        ('segments', '0001_tables'),
        ('staff', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
                ('segment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='segments.segment')),
                ('offer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='catalog.offer')),
                ('channel', models.CharField(max_length=40)),
                ('goods', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.category')),
                ('topic', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.topic')),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('body', models.TextField()),
                ('outcome', models.CharField(choices=[('net_revenue', 'Net revenue')], default='net_revenue', max_length=40)),
                ('estimator', models.CharField(choices=[('raw', 'Plain difference'), ('adjusted', 'Adjusted for earlier purchases')], default='adjusted', max_length=20)),
                ('holdout_share', models.FloatField()),
                ('weeks', models.PositiveIntegerField(default=8)),
                ('planned_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('planned_at', models.DateTimeField()),
                ('launched_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('launched_at', models.DateTimeField(null=True)),
                ('measured_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('holdout_share__gte', 0.01), ('holdout_share__lte', 0.5)), name='a_campaign_holds_somebody_out'), models.CheckConstraint(condition=models.Q(('measured_at', None), ('launched_at__isnull', False), _connector='OR'), name='a_campaign_is_measured_after_launch')],
            },
        ),
    ]
