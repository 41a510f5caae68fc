import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0008_what_partners_tell'),
        ('intake', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='batch',
            name='partner_set',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.partnerset'),
        ),
    ]
