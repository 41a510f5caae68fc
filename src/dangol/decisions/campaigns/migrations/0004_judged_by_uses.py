"""What a campaign and a series are judged by may be uses; what nobody could measure, since nothing is sold, is."""

from typing import Any

from django.db import migrations, models

OUTCOMES = [("net_revenue", "Net revenue"), ("uses", "Uses")]
ESTIMATORS = [("raw", "Plain difference"), ("adjusted", "Adjusted for the time before")]


def move(apps: Any, schema_editor: Any) -> None:
    """Where values are counted in uses no campaign was ever measured: those that wait are judged by uses."""
    runs = apps.get_model("analysis", "Run").objects.filter(kind="relationship", finished_at__isnull=False)
    newest = runs.order_by("-as_of", "-pk").first()
    if newest is None or (newest.summary or {}).get("trade") != "uses":
        return
    apps.get_model("campaigns", "Campaign").objects.filter(measured_at=None).update(outcome="uses")
    apps.get_model("campaigns", "Series").objects.update(outcome="uses")


class Migration(migrations.Migration):
    dependencies = [("analysis", "0004_saved_questions_and_reports"), ("campaigns", "0003_series")]

    operations = [
        migrations.AddField(
            "series", "outcome", models.CharField(choices=OUTCOMES, default="net_revenue", max_length=40)
        ),
        migrations.AlterField(
            "campaign", "estimator", models.CharField(choices=ESTIMATORS, default="adjusted", max_length=20)
        ),
        migrations.AlterField(
            "campaign", "outcome", models.CharField(choices=OUTCOMES, default="net_revenue", max_length=40)
        ),
        migrations.RunPython(move, migrations.RunPython.noop),
    ]
