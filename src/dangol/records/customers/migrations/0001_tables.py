import dangol.records.customers.models
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Sorted as bytes are, whatever language the database speaks; in SQLite each table is its own index.
SEARCHED = {
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
    for table in SEARCHED[schema_editor.connection.vendor]:
        schema_editor.execute(table)


def unmake(_apps, schema_editor):
    schema_editor.execute("DROP TABLE customers_searchterm")
    schema_editor.execute("DROP TABLE customers_searchcard")


class Migration(migrations.Migration):

    replaces = [('customers', '0001_initial'), ('customers', '0002_initial'), ('customers', '0003_scope_doors_and_erasure'), ('customers', '0004_corrections'), ('customers', '0005_people_correct_themselves_and_are_found_by_email'), ('customers', '0006_what_we_keep'), ('customers', '0007_roles_of_people'), ('customers', '0008_what_partners_tell'), ('customers', '0009_corrections_on_behalf'), ('customers', '0010_schemes_of_identities'), ('customers', '0011_people_are_found_by_terms'), ('customers', '0012_merges_households_and_organisations'), ('customers', '0013_occupations'), ('customers', '0014_saved_views_and_bulk_changes'), ('customers', '0015_no_initials_of_their_own'), ('customers', '0016_absorbed_customers_are_found_at_once'), ('customers', '0017_a_merge_knows_what_came_later'), ('customers', '0018_the_campaign_people_came_by')]

    initial = True

    dependencies = [
        ('staff', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Household',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=80, unique=True)),
                ('name', models.CharField(blank=True, db_default='', default='', max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('person', 'Person'), ('organisation', 'Organisation')], db_default='person', default='person', max_length=12)),
                ('full_name', models.CharField(blank=True, max_length=120)),
                ('birth_date', models.DateField(null=True)),
                ('gender', models.CharField(blank=True, choices=[('f', 'Female'), ('m', 'Male'), ('', 'Unknown')], max_length=1)),
                ('line', models.SlugField(blank=True, max_length=40)),
                ('unit', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='staff.unit')),
                ('household', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='members', to='customers.household')),
                ('registered_at', models.DateTimeField()),
                ('place', models.CharField(blank=True, max_length=80)),
                ('postcode', models.CharField(blank=True, max_length=10)),
                ('address', models.CharField(blank=True, max_length=200)),
                ('source', models.CharField(blank=True, max_length=40)),
                ('came_by', models.CharField(blank=True, db_default='', default='', max_length=120)),
                ('occupation', models.CharField(blank=True, db_default='', default='', max_length=80)),
                ('attributes', models.JSONField(default=dict)),
                ('lake_key', models.BigIntegerField(default=dangol.records.customers.models.new_lake_key, unique=True)),
                ('entrance_sealed', models.TextField(blank=True, db_default='')),
                ('erased_at', models.DateTimeField(null=True)),
                ('merged_into', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='customers.customer')),
            ],
            options={
                'indexes': [models.Index(fields=['full_name', 'id'], name='customers_c_full_na_8b733c_idx'), models.Index(fields=['line', 'full_name', 'id'], name='customers_c_line_f79d3c_idx'), models.Index(fields=['unit', 'erased_at', 'full_name', 'id'], name='customers_c_unit_id_092e4d_idx'), models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='absorbed_customers')],
            },
        ),
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identities', to='customers.customer')),
                ('source', models.CharField(max_length=40)),
                ('scheme', models.CharField(choices=[('customer', 'Customer number'), ('member', 'Member number'), ('card', 'Card number'), ('till', 'Number at the till'), ('shop', 'Account of the online shop'), ('library', 'Library card'), ('cookie', 'Browser'), ('phone', 'Phone number'), ('email', 'E-mail address'), ('business', 'Business registration number')], db_default='customer', default='customer', max_length=10)),
                ('external_id', models.CharField(max_length=120)),
                ('lake_key', models.BigIntegerField(default=dangol.records.customers.models.new_lake_key, unique=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'scheme', 'external_id'), name='one_identity_per_source_scheme_and_id')],
            },
        ),
        migrations.CreateModel(
            name='ContactPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contact_points', to='customers.customer')),
                ('kind', models.CharField(choices=[('mobile', 'Mobile'), ('email', 'E-mail'), ('address', 'Postal address')], max_length=10)),
                ('value', models.CharField(max_length=254)),
                ('tail', models.CharField(blank=True, db_index=True, max_length=4)),
                ('valid_from', models.DateTimeField()),
                ('valid_to', models.DateTimeField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('own_valid_to', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('kind', 'email')), fields=['value'], name='people_found_by_email'), models.Index(condition=models.Q(('kind', 'mobile')), fields=['value'], name='people_found_by_mobile')],
                'constraints': [models.UniqueConstraint(fields=('customer', 'kind', 'value'), name='one_contact_point_per_customer_and_value'), models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='contact_point_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='customers.customer')),
                ('was', models.JSONField()),
                ('became', models.JSONField()),
                ('entrance_was', models.TextField(blank=True, db_default='')),
                ('undoes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='undone_by', to='customers.correction')),
                ('told_by', models.CharField(blank=True, choices=[('person', 'The customer'), ('guardian', 'Their legal guardian'), ('agent', 'Somebody they authorised')], db_default='', default='', max_length=10)),
                ('way', models.CharField(blank=True, choices=[('phone', 'By phone'), ('counter', 'At the counter'), ('door', 'At the door'), ('paper', 'On paper'), ('message', 'By text message'), ('email', 'By e-mail'), ('mail', 'By letter or e-mail'), ('web', 'On the web')], db_default='', default='', max_length=10)),
                ('sure', models.CharField(blank=True, choices=[('call_back', 'Called back on the number on file'), ('card', 'Identity card seen'), ('known', 'Known to us in person'), ('answers', 'Answered what only they know'), ('papers', 'Power of attorney or family papers seen'), ('request', 'Made sure with the request')], db_default='', default='', max_length=10)),
                ('evidence', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('evidence', ''), ('sure', ''), ('told_by', ''), ('way', '')), models.Q(models.Q(('told_by', ''), _negated=True), models.Q(('way', ''), _negated=True)), _connector='OR'), name='a_correction_for_somebody_says_how_it_came'), models.CheckConstraint(condition=models.Q(('told_by', ''), models.Q(('sure', ''), _negated=True), _connector='OR'), name='a_correction_for_somebody_says_how_they_were_known'), models.CheckConstraint(condition=models.Q(models.Q(('told_by__in', ('guardian', 'agent')), _negated=True), ('sure', 'request'), models.Q(('sure', 'papers'), models.Q(('evidence', ''), _negated=True)), _connector='OR'), name='whoever_acts_for_a_customer_shows_a_paper')],
            },
        ),
        migrations.CreateModel(
            name='PartyRole',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='party_roles', to='customers.customer')),
                ('kind', models.CharField(choices=[('consumer', 'Buys for themselves'), ('dealer', 'Dealer'), ('delivery', 'Delivers for us'), ('supplier', 'Supplies us'), ('staff', 'Works for us')], max_length=10)),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.unit')),
                ('since', models.DateField()),
                ('until', models.DateField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('customer', 'kind'), name='one_standing_role_of_a_kind'), models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='a_role_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='FieldCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True)),
                ('filled', models.BigIntegerField()),
                ('rows', models.BigIntegerField()),
                ('people', models.BigIntegerField()),
                ('everybody', models.BigIntegerField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='FieldUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('use', models.SlugField(max_length=20)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('name', 'use'), name='one_row_per_item_and_use')],
            },
        ),
        migrations.CreateModel(
            name='StatedAttribute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(db_index=True, max_length=80)),
                ('label', models.CharField(max_length=80)),
                ('side', models.CharField(max_length=5)),
                ('purpose', models.CharField(max_length=200)),
                ('basis', models.CharField(max_length=10)),
                ('partner', models.CharField(blank=True, max_length=120)),
                ('dataset', models.CharField(blank=True, max_length=120)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('purpose', ''), _negated=True), name='a_detail_says_what_it_is_for'), models.CheckConstraint(condition=models.Q(('partner', ''), models.Q(('dataset', ''), _negated=True), _connector='OR'), name='data_of_a_partner_say_which_they_are')],
            },
        ),
        migrations.CreateModel(
            name='PartnerSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=dangol.records.customers.models.new_set_key, max_length=32, unique=True)),
                ('partner', models.CharField(max_length=120)),
                ('dataset', models.CharField(max_length=120)),
                ('received_on', models.DateField()),
                ('purpose', models.CharField(max_length=200)),
                ('basis', models.CharField(max_length=10)),
                ('evidence', models.CharField(max_length=300)),
                ('side', models.CharField(max_length=5)),
                ('told', models.JSONField(default=list)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('partner', 'dataset'), name='one_standing_set_of_a_name'), models.CheckConstraint(condition=models.Q(models.Q(('partner', ''), _negated=True), models.Q(('dataset', ''), _negated=True)), name='partners_data_say_whose_and_which'), models.CheckConstraint(condition=models.Q(('purpose', ''), _negated=True), name='partners_data_say_what_they_are_for'), models.CheckConstraint(condition=models.Q(('evidence', ''), _negated=True), name='partners_data_prove_their_ground')],
            },
        ),
        migrations.CreateModel(
            name='PartnerDetail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('partner_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='details', to='customers.partnerset')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='partner_details', to='customers.customer')),
                ('told', models.JSONField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('partner_set', 'customer'), name='one_row_of_details_per_set_and_customer')],
            },
        ),
        migrations.CreateModel(
            name='NeverSame',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('left', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('right', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('left__lt', models.F('right'))), name='two_people_begin_with_the_smaller_number'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('left', 'right'), name='said_once_that_two_are_two')],
            },
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges', to='customers.customer')),
                ('changes', models.JSONField(default=dict)),
                ('chosen', models.JSONField(default=dict)),
                ('made', models.JSONField(default=list)),
                ('newest', models.JSONField(db_default={}, default=dict)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Absorbed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('merge', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absorbed', to='customers.merge')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absorptions', to='customers.customer')),
                ('until', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('customer',), name='a_customer_goes_into_one_other')],
            },
        ),
        migrations.CreateModel(
            name='Belonging',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=60)),
                ('row', models.BigIntegerField()),
                ('column', models.CharField(max_length=40)),
                ('home', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('table', 'row', 'column'), name='a_row_belongs_to_one_customer')],
            },
        ),
        migrations.CreateModel(
            name='Parked',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('home', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('table', models.CharField(max_length=60)),
                ('values', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='customers.customer')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='customers.customer')),
                ('role', models.CharField(blank=True, max_length=80)),
                ('since', models.DateField()),
                ('until', models.DateField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('organisation', 'person'), name='one_standing_membership'), models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='a_membership_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('organisation', models.F('person')), _negated=True), name='nobody_is_a_contact_of_themselves')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('query', models.TextField(blank=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('shared', models.BooleanField(default=False)),
                ('role', models.CharField(blank=True, max_length=20)),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.unit')),
                ('at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='a_saved_view_has_a_name'), models.CheckConstraint(condition=models.Q(('shared', True), models.Q(('role', ''), ('unit', None)), _connector='OR'), name='an_own_view_is_for_nobody_else')],
            },
        ),
        migrations.CreateModel(
            name='UsualView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('view', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.savedview')),
            ],
        ),
        migrations.CreateModel(
            name='BulkChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.SlugField(max_length=20)),
                ('told', models.JSONField(default=dict)),
                ('people', models.PositiveIntegerField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_at', models.DateTimeField(null=True)),
                ('undo_finished_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='BulkRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('change', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='customers.bulkchange')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bulk_rows', to='customers.customer')),
                ('state', models.CharField(choices=[('waiting', 'Waits'), ('changed', 'Changed'), ('same', 'Was so already'), ('put_back', 'Put back'), ('moved_on', 'Changed again meanwhile')], db_default='waiting', default='waiting', max_length=10)),
                ('was', models.JSONField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['change', 'state', 'customer'], name='customers_b_change__ee3b9b_idx')],
                'constraints': [models.UniqueConstraint(fields=('change', 'customer'), name='one_row_per_bulk_change_and_customer')],
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(make, unmake)],
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
