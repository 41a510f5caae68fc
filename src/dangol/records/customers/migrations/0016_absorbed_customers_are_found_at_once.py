from django.db import migrations

# SQLite takes an index with a condition only where the condition is written like this.
DROP = "DROP INDEX absorbed_customers"
CREATE = "CREATE INDEX absorbed_customers ON customers_customer (merged_into_id) WHERE merged_into_id IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [("customers", "0015_no_initials_of_their_own")]

    operations = [migrations.RunSQL([DROP, CREATE], migrations.RunSQL.noop)]
