import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('ledger', '0001_initial'), ('ledger', '0002_discounts_come_back'), ('ledger', '0003_withholdings_name_their_rules'), ('ledger', '0004_notes'), ('ledger', '0005_subscriptions_and_loans'), ('ledger', '0006_interactions_name_their_campaign')]

    initial = True

    dependencies = [
        ('catalog', '0001_tables'),
        ('customers', '0001_tables'),
        ('staff', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Transaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identity', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='transactions', to='customers.identity')),
                ('source', models.CharField(max_length=40)),
                ('receipt', models.CharField(max_length=120)),
                ('at', models.DateTimeField()),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='staff.unit')),
                ('channel', models.CharField(blank=True, max_length=40)),
                ('amount', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='ledger.transaction')),
            ],
            options={
                'indexes': [models.Index(fields=['identity', 'at'], name='ledger_tran_identit_f5c794_idx')],
                'constraints': [models.UniqueConstraint(fields=('source', 'receipt'), name='one_transaction_per_receipt')],
            },
        ),
        migrations.CreateModel(
            name='OrderLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('transaction', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='ledger.transaction')),
                ('position', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('product', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='catalog.product')),
                ('description', models.CharField(blank=True, max_length=200)),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14)),
                ('amount', models.BigIntegerField()),
                ('price_discount', models.BigIntegerField(default=0)),
                ('coupon_discount', models.BigIntegerField(default=0)),
                ('match_discount', models.BigIntegerField(default=0)),
                ('fee', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('transaction', 'position'), name='one_line_per_position'), models.CheckConstraint(condition=models.Q(models.Q(('coupon_discount__gte', 0), ('match_discount__gte', 0), ('price_discount__gte', 0)), ('quantity__lte', 0), ('amount__lt', 0), _connector='OR'), name='discounts_are_taken_back_only_with_what_they_were_given_on')],
            },
        ),
        migrations.CreateModel(
            name='PointEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='points', to='customers.identity')),
                ('source', models.CharField(max_length=40)),
                ('ref', models.CharField(max_length=120)),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(choices=[('granted', 'Granted'), ('redeemed', 'Redeemed'), ('expired', 'Expired')], max_length=10)),
                ('amount', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'ref'), name='one_point_entry_per_ref'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='points_are_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identity', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='customers.identity')),
                ('source', models.CharField(max_length=40)),
                ('ref', models.CharField(max_length=120)),
                ('at', models.DateTimeField()),
                ('product', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.product')),
                ('description', models.CharField(blank=True, max_length=200)),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.unit')),
                ('quantity', models.DecimalField(decimal_places=3, default=1, max_digits=14)),
                ('price', models.BigIntegerField(null=True)),
                ('currency', models.CharField(max_length=3)),
                ('period', models.CharField(blank=True, choices=[('day', 'A day'), ('week', 'A week'), ('month', 'A month'), ('quarter', 'Three months'), ('half_year', 'Half a year'), ('year', 'A year'), ('', 'Not told')], max_length=10)),
            ],
            options={
                'indexes': [models.Index(fields=['identity', 'at'], name='ledger_subs_identit_cbaebd_idx')],
                'constraints': [models.UniqueConstraint(fields=('source', 'ref'), name='one_subscription_per_ref')],
            },
        ),
        migrations.CreateModel(
            name='SubscriptionStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='ledger.subscription')),
                ('kind', models.CharField(choices=[('paused', 'Paused'), ('resumed', 'Goes on'), ('ended', 'Ended'), ('priced', 'Costs something else')], max_length=10)),
                ('at', models.DateTimeField()),
                ('price', models.BigIntegerField(null=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'priced'), _negated=True), fields=('subscription', 'kind', 'at'), name='one_step_of_a_subscription_at_a_time'), models.UniqueConstraint(condition=models.Q(('kind', 'priced')), fields=('subscription', 'price'), name='one_step_per_price_of_a_subscription'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'priced'), ('price__isnull', False)), models.Q(models.Q(('kind', 'priced'), _negated=True), ('price', None)), _connector='OR'), name='a_new_price_is_told_and_nothing_else_has_one')],
            },
        ),
        migrations.CreateModel(
            name='Loan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identity', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='loans', to='customers.identity')),
                ('source', models.CharField(max_length=40)),
                ('ref', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('item_class', models.CharField(blank=True, max_length=1)),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.unit')),
                ('due', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['identity', 'at'], name='ledger_loan_identit_d32e4d_idx')],
                'constraints': [models.UniqueConstraint(fields=('source', 'ref'), name='one_loan_per_ref'), models.CheckConstraint(condition=models.Q(('item_class__in', ['', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])), name='a_class_of_things_lent_is_one_figure')],
            },
        ),
        migrations.CreateModel(
            name='LoanStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('loan', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='ledger.loan')),
                ('kind', models.CharField(choices=[('renewed', 'Renewed'), ('returned', 'Returned'), ('lost', 'Lost')], max_length=10)),
                ('number', models.PositiveSmallIntegerField(default=1)),
                ('at', models.DateTimeField()),
                ('due', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('loan', 'kind', 'number'), name='one_step_of_a_loan_per_kind_and_number')],
            },
        ),
        migrations.CreateModel(
            name='LoanTitle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('loan', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='title', to='ledger.loan')),
                ('title', models.CharField(max_length=300)),
                ('item', models.CharField(blank=True, max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name='Interaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identity', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='interactions', to='customers.identity')),
                ('source_ref', models.CharField(max_length=160)),
                ('kind', models.CharField(max_length=40)),
                ('direction', models.CharField(choices=[('in', 'Inward'), ('out', 'Outward')], max_length=3)),
                ('at', models.DateTimeField()),
                ('touchpoint', models.CharField(blank=True, max_length=40)),
                ('text', models.TextField(blank=True)),
                ('minutes', models.FloatField(default=0)),
                ('worth', models.BigIntegerField(default=0)),
                ('campaign', models.CharField(blank=True, db_default='', default='', max_length=120)),
            ],
            options={
                'indexes': [models.Index(fields=['identity', 'at'], name='ledger_inte_identit_e125af_idx')],
                'constraints': [models.UniqueConstraint(fields=('identity', 'kind', 'source_ref'), name='one_interaction_per_identity_kind_and_source'), models.CheckConstraint(condition=models.Q(('minutes__gte', 0)), name='minutes_are_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('interaction', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='note', to='ledger.interaction')),
                ('sealed', models.TextField(blank=True, db_default='')),
                ('strikes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='struck_by', to='ledger.note')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identity', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='customers.identity')),
                ('source_ref', models.CharField(max_length=160)),
                ('arm', models.CharField(choices=[('treated', 'Treated'), ('held_out', 'Held out')], max_length=10)),
                ('salt', models.CharField(max_length=160)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['source_ref', 'arm'], name='ledger_assi_source__f20471_idx')],
                'constraints': [models.UniqueConstraint(fields=('identity', 'source_ref'), name='one_assignment_per_identity_per_source')],
            },
        ),
        migrations.CreateModel(
            name='Withholding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identity', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='withholdings', to='customers.identity')),
                ('source_ref', models.CharField(max_length=160)),
                ('reason', models.CharField(max_length=40)),
                ('pack', models.CharField(blank=True, db_default='', max_length=40)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['source_ref', 'reason'], name='ledger_with_source__b6afa9_idx')],
                'constraints': [models.UniqueConstraint(fields=('identity', 'source_ref'), name='one_withholding_per_identity_per_source')],
            },
        ),
    ]
