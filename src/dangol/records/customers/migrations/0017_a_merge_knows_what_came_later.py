"""A merge remembers up to which row answers were given before it; one that was taken back tells of nobody any more."""

from typing import Any

from django.db import migrations, models


def empty_what_was_taken_back(apps: Any, schema_editor: Any) -> None:
    merges = apps.get_model("customers", "Merge").objects.using(schema_editor.connection.alias)
    merges.exclude(undone_at=None).update(changes={}, chosen={}, made=[])


class Migration(migrations.Migration):
    dependencies = [("customers", "0016_absorbed_customers_are_found_at_once")]

    operations = [
        migrations.AddField("merge", "newest", models.JSONField(db_default={}, default=dict)),
        migrations.RunPython(empty_what_was_taken_back, migrations.RunPython.noop),
    ]
