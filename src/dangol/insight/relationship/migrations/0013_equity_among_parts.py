import django.db.models.deletion
from django.db import migrations, models

TOLD = {'equity': 'value', 'equity_low': 'low', 'equity_high': 'high', 'p_alive': 'value'}


def move(_apps, schema_editor):
    """What valuations kept of equity and of being with us, a row each among the scores, goes into the wide row."""
    picked = {
        column: f"max(CASE WHEN name = '{column.removesuffix('_low').removesuffix('_high')}' THEN {of} END)"
        for column, of in TOLD.items()
    }
    of_them = (
        "run_id IN (SELECT id FROM analysis_run WHERE kind = 'relationship') AND name IN ('equity', 'p_alive')"
    )
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO relationship_parts (run_id, customer_id, {', '.join(picked)})"
            f" SELECT run_id, customer_id, {', '.join(picked.values())} FROM analysis_score WHERE {of_them}"
            ' GROUP BY customer_id, run_id'
            f" ON CONFLICT (customer_id, run_id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in picked)}"
        )
        cursor.execute(f'DELETE FROM analysis_score WHERE {of_them}')


class Migration(migrations.Migration):
    dependencies = [('analysis', '0004_saved_questions_and_reports'), ('relationship', '0012_commitment_by_month')]

    operations = [
        *(
            migrations.AddField(model_name='parts', name=name, field=models.FloatField(null=True))
            for name in TOLD
        ),
        migrations.AlterField(
            model_name='parts',
            name='customer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='worked_out', to='customers.customer'),
        ),
        migrations.RunPython(move, migrations.RunPython.noop),
    ]
