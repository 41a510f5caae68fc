from django.db import migrations

from dangol.lib.kept_keys import AskOncePerStatement


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0002_deliveries'),
    ]

    operations = [
        AskOncePerStatement('transaction', 'identity'),
        AskOncePerStatement('orderline', 'transaction'),
        AskOncePerStatement('orderline', 'product'),
    ]
