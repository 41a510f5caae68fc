import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('analysis', '0003_who_asked_is_a_number'),
        ('customers', '0002_addresses_are_found_in_small_letters'),
        ('relationship', '0002_movement'),
    ]

    operations = [
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('track', models.CharField(choices=[('stage', 'Stage'), ('cycle', 'Life cycle')], max_length=8)),
                ('state', models.CharField(choices=[('awareness', 'Awareness'), ('exploration', 'Exploration'), ('expansion', 'Expansion'), ('commitment', 'Commitment'), ('ended', 'Ended'), ('new', 'New'), ('kept', 'Kept'), ('growing', 'Growing'), ('quiet', 'Quiet'), ('lifelong', 'Lifelong'), ('lost', 'Lost'), ('won_back', 'Won back')], max_length=12)),
                ('since', models.DateField()),
                ('until', models.DateField(null=True)),
                ('reason', models.CharField(choices=[('registered', 'Came on record'), ('first', 'First purchase'), ('several', 'Several purchases over several categories'), ('steady', 'Steady for long'), ('silent', 'Silent longer than their rhythm allows'), ('back', 'Bought again after being lost'), ('again', 'Bought again'), ('more', 'Spends more than before'), ('no_more', 'No longer spends more than before'), ('awake', 'Bought again after being quiet')], max_length=12)),
                ('purchases', models.PositiveIntegerField(default=0)),
                ('days', models.PositiveIntegerField(default=0)),
                ('measure', models.PositiveIntegerField(default=0)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='customers.customer')),
                ('run', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='analysis.run')),
            ],
            options={
                'indexes': [models.Index(fields=['track', 'until', 'state'], name='relationshi_track_2389c3_idx')],
                'constraints': [models.UniqueConstraint(fields=('customer', 'track', 'since'), name='one_step_a_day_and_track'), models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('since')), _connector='OR'), name='a_step_lasts_a_day')],
            },
        ),
    ]
