import django.db.models.deletion
from django.db import migrations, models

# Sorted as bytes are, whatever language the database speaks; in SQLite each table is its own index.
TABLES = {
    "sqlite": (
        "CREATE TABLE customers_searchcard (customer_id bigint NOT NULL PRIMARY KEY"
        " REFERENCES customers_customer (id) DEFERRABLE INITIALLY DEFERRED, lines text NOT NULL) WITHOUT ROWID",
        "CREATE TABLE customers_searchterm (term text NOT NULL, customer_id bigint NOT NULL,"
        " PRIMARY KEY (term, customer_id)) WITHOUT ROWID",
    ),
    "postgresql": (
        "CREATE TABLE customers_searchcard (customer_id bigint NOT NULL PRIMARY KEY"
        " REFERENCES customers_customer (id) DEFERRABLE INITIALLY DEFERRED, lines text NOT NULL)",
        'CREATE TABLE customers_searchterm (term text COLLATE "C" NOT NULL, customer_id bigint NOT NULL,'
        " PRIMARY KEY (term, customer_id))",
    ),
}


def make(_apps, schema_editor):
    for table in TABLES[schema_editor.connection.vendor]:
        schema_editor.execute(table)


def unmake(_apps, schema_editor):
    schema_editor.execute("DROP TABLE customers_searchterm")
    schema_editor.execute("DROP TABLE customers_searchcard")


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0010_schemes_of_identities'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(make, unmake, elidable=False)],
            state_operations=[
                migrations.CreateModel(
                    name='SearchCard',
                    fields=[
                        ('customer', models.OneToOneField(db_index=False, on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='search_card', serialize=False, to='customers.customer')),
                        ('lines', models.TextField(blank=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='SearchTerm',
                    fields=[
                        ('pk', models.CompositePrimaryKey('term', 'customer_id', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('term', models.TextField()),
                        ('customer_id', models.BigIntegerField()),
                    ],
                ),
            ],
        ),
    ]
