import django.db.models.deletion
from django.db import migrations, models

NUMBERS = (
    'economic_value', 'social_value', 'relationship_cost', 'economic_rank', 'social_rank', 'cost_rank', 'parts_known',
    'potential', 'commitment',
)  # fmt: skip
ENDS = ('social_value', 'social_rank', 'potential')


def move(_apps, schema_editor):
    """What valuations kept among the scores, a row a number, goes into one row a customer."""
    told = {name: f"max(CASE WHEN name = '{name}' THEN value END)" for name in NUMBERS}
    for name in ENDS:
        for end in ('low', 'high'):
            told[f'{name}_{end}'] = f"max(CASE WHEN name = '{name}' THEN {end} END)"
    told['social_estimated'] = (
        "max(CASE WHEN name = 'social_value' THEN CASE WHEN provenance = 'estimated' THEN 1 ELSE 0 END END)"
    )
    of_them = "run_id IN (SELECT id FROM analysis_run WHERE kind = 'relationship') AND name IN (" + ', '.join(
        f"'{name}'" for name in NUMBERS) + ')'
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO relationship_parts (run_id, customer_id, {', '.join(told)})"
            f" SELECT run_id, customer_id, {', '.join(told.values())} FROM analysis_score WHERE {of_them}"
            ' GROUP BY customer_id, run_id'
        )
        cursor.execute(f'DELETE FROM analysis_score WHERE {of_them}')


class Migration(migrations.Migration):

    dependencies = [
        ('analysis', '0003_who_asked_is_a_number'),
        ('customers', '0003_keys_are_asked_for_once_a_statement'),
        ('relationship', '0010_followed_counted'),
    ]

    operations = [
        migrations.CreateModel(
            name='Parts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('economic_value', models.FloatField(null=True)),
                ('social_value', models.FloatField(null=True)),
                ('social_value_low', models.FloatField(null=True)),
                ('social_value_high', models.FloatField(null=True)),
                ('social_estimated', models.PositiveSmallIntegerField(null=True)),
                ('relationship_cost', models.FloatField(null=True)),
                ('economic_rank', models.FloatField(null=True)),
                ('social_rank', models.FloatField(null=True)),
                ('social_rank_low', models.FloatField(null=True)),
                ('social_rank_high', models.FloatField(null=True)),
                ('cost_rank', models.FloatField(null=True)),
                ('parts_known', models.PositiveSmallIntegerField(null=True)),
                ('potential', models.FloatField(null=True)),
                ('potential_low', models.FloatField(null=True)),
                ('potential_high', models.FloatField(null=True)),
                ('commitment', models.FloatField(null=True)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='analysis.run')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('customer', 'run'), name='parts_of_a_customer_once_a_run')],
            },
        ),
        migrations.RunPython(move, migrations.RunPython.noop),
    ]
