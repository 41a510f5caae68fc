from django.conf import settings
from django.db import migrations


def number(apps, _schema_editor):
    """Runs kept who asked by name; names belong to the staff alone. A name of two people is nobody's."""
    user_model, run_model = apps.get_model(settings.AUTH_USER_MODEL), apps.get_model("analysis", "Run")
    known = {}
    for user in user_model.objects.order_by("pk"):
        name = f"{user.first_name} {user.last_name}".strip() or user.username
        known[name] = None if name in known else user.pk
    for run in run_model.objects.filter(parameters__has_key="by").only("parameters").iterator():
        if isinstance(run.parameters["by"], str):
            run.parameters["by"] = known.get(run.parameters["by"])
            run.save(update_fields=["parameters"])


class Migration(migrations.Migration):

    dependencies = [
        ('analysis', '0002_feedback_tones'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunPython(number, migrations.RunPython.noop)]
