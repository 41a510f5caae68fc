from typing import Any

from django.db import migrations

BEFORE, NOW = "see_values", "ask_numbers"  # who saw values asked for numbers; that is a right of its own from here on


def give(apps: Any, schema_editor: Any) -> None:
    """Let keys that asked for numbers go on asking."""
    for key in apps.get_model("staff", "ApiKey").objects.all():
        if BEFORE in key.may and NOW not in key.may:
            key.may = [*key.may, NOW]
            key.save(update_fields=["may"])


class Migration(migrations.Migration):

    dependencies = [("staff", "0002_mail_to_staff")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
