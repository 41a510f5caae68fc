from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rights', '0001_requests_reviews_and_destructions'),
    ]

    operations = [
        migrations.AlterField(
            model_name='destruction',
            name='kind',
            field=models.CharField(choices=[('erasure', 'A person was forgotten'), ('retention', 'Terms ran out'), ('alliance', "A partner's data ended")], max_length=10),
        ),
    ]
