from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('relationship', '0011_parts')]

    operations = [
        migrations.AddField(model_name='position', name='commitment', field=models.FloatField(null=True)),
    ]
