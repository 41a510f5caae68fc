import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import dangol.records.customers.models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0007_roles_of_people'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PartnerSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=dangol.records.customers.models.new_set_key, max_length=32, unique=True)),
                ('partner', models.CharField(max_length=120)),
                ('dataset', models.CharField(max_length=120)),
                ('received_on', models.DateField()),
                ('purpose', models.CharField(max_length=200)),
                ('basis', models.CharField(max_length=10)),
                ('evidence', models.CharField(max_length=300)),
                ('side', models.CharField(max_length=5)),
                ('told', models.JSONField(default=list)),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('partner', 'dataset'), name='one_standing_set_of_a_name'), models.CheckConstraint(condition=models.Q(models.Q(('partner', ''), _negated=True), models.Q(('dataset', ''), _negated=True)), name='partners_data_say_whose_and_which'), models.CheckConstraint(condition=models.Q(('purpose', ''), _negated=True), name='partners_data_say_what_they_are_for'), models.CheckConstraint(condition=models.Q(('evidence', ''), _negated=True), name='partners_data_prove_their_ground')],
            },
        ),
        migrations.CreateModel(
            name='PartnerDetail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('told', models.JSONField()),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='partner_details', to='customers.customer')),
                ('partner_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='details', to='customers.partnerset')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('partner_set', 'customer'), name='one_row_of_details_per_set_and_customer')],
            },
        ),
        migrations.AddIndex(
            model_name='contactpoint',
            index=models.Index(condition=models.Q(('kind', 'mobile')), fields=['value'], name='people_found_by_mobile'),
        ),
    ]
