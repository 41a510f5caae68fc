from django.db import migrations

from dangol.lib.kept_keys import AskOncePerStatement

# On PostgreSQL: what another index answers already. The line of business leads (line, full_name, id), the customer
# leads (customer, kind, value); of the last four digits nobody asks for the beginning.
LED_ALREADY = (
    ('customers_customer', 'line', 'text_ops'), ('customers_customer', 'line', 'varchar_pattern_ops'),
    ('customers_contactpoint', 'customer_id', 'int8_ops'), ('customers_contactpoint', 'tail', 'varchar_pattern_ops'),
)  # fmt: skip
ONLY_THIS = """
    SELECT i.indexrelid::regclass::text FROM pg_index i
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    JOIN pg_opclass o ON o.oid = i.indclass[0]
    WHERE i.indrelid = to_regclass(%s) AND i.indnatts = 1 AND NOT i.indisunique AND i.indpred IS NULL
      AND a.attname = %s AND o.opcname = %s
"""


def leave_out(apps, schema_editor):
    if schema_editor.connection.vendor != 'postgresql':
        return
    with schema_editor.connection.cursor() as cursor:
        for led in LED_ALREADY:
            cursor.execute(ONLY_THIS, led)
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP INDEX {name}')


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0002_addresses_are_found_in_small_letters'),
    ]

    operations = [
        AskOncePerStatement('identity', 'customer'),
        AskOncePerStatement('contactpoint', 'customer'),
        AskOncePerStatement('searchcard', 'customer'),
        migrations.RunPython(leave_out, migrations.RunPython.noop),
    ]
