import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('permission', '0001_initial'), ('permission', '0002_texts_evidence_guardians_wishes'), ('permission', '0003_people_wish_a_language'), ('permission', '0004_suppressions_are_lifted'), ('permission', '0005_suppressions_lifted_how'), ('permission', '0006_people_want_their_reading_history_kept')]

    initial = True

    dependencies = [
        ('catalog', '0001_tables'),
        ('customers', '0001_tables'),
        ('staff', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='ConsentText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('collection', 'Collection and use of personal data'), ('marketing', 'Advertising messages'), ('night', 'Advertising at night'), ('third_party', 'Provision to third parties'), ('overseas', 'Transfer abroad'), ('sensitive', 'Sensitive data'), ('automated', 'Decisions made by machine alone'), ('reading', 'Keeping which titles somebody borrowed')], max_length=20)),
                ('recipient', models.CharField(blank=True, max_length=120)),
                ('language', models.CharField(choices=[('ko', '한국어'), ('en', 'English')], max_length=2)),
                ('version', models.PositiveIntegerField()),
                ('required', models.BooleanField(default=False)),
                ('title', models.CharField(max_length=120)),
                ('aim', models.TextField(blank=True)),
                ('items', models.TextField(blank=True)),
                ('retention', models.TextField(blank=True)),
                ('refusal', models.TextField(blank=True)),
                ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('written_at', models.DateTimeField()),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('published_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('purpose', 'recipient', 'language', 'version'), name='one_consent_text_per_version'), models.UniqueConstraint(condition=models.Q(('published_at', None)), fields=('purpose', 'recipient', 'language'), name='one_draft_of_a_consent_text'), models.CheckConstraint(condition=models.Q(('published_at', None), models.Q(('aim', ''), ('items', ''), ('retention', ''), ('refusal', ''), _connector='OR', _negated=True), _connector='OR'), name='a_published_consent_text_has_its_four_parts'), models.CheckConstraint(condition=models.Q(('published_at', None), models.Q(('purpose__in', ['third_party', 'overseas']), _negated=True), models.Q(('recipient', ''), _negated=True), _connector='OR'), name='a_published_consent_text_names_who_gets_the_data'), models.CheckConstraint(condition=models.Q(('required', False), ('purpose', 'collection'), _connector='OR'), name='only_collection_may_be_required')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='customers.customer')),
                ('purpose', models.CharField(choices=[('collection', 'Collection and use of personal data'), ('marketing', 'Advertising messages'), ('night', 'Advertising at night'), ('third_party', 'Provision to third parties'), ('overseas', 'Transfer abroad'), ('sensitive', 'Sensitive data'), ('automated', 'Decisions made by machine alone'), ('reading', 'Keeping which titles somebody borrowed')], max_length=20)),
                ('channel', models.CharField(blank=True, max_length=20)),
                ('recipient', models.CharField(blank=True, db_default='', default='', max_length=120)),
                ('granted', models.BooleanField()),
                ('answered_at', models.DateTimeField()),
                ('given_by', models.CharField(choices=[('person', 'The customer'), ('guardian', 'The guardian'), ('staff', "Staff, on the customer's word")], db_default='person', default='person', max_length=10)),
                ('how', models.CharField(blank=True, choices=[('web', 'On the web'), ('phone', 'By phone'), ('counter', 'At the counter'), ('paper', 'On paper'), ('message', 'By text message'), ('email', 'By e-mail'), ('import', 'From another system')], db_default='', default='', max_length=10)),
                ('place', models.CharField(blank=True, db_default='', default='', max_length=80)),
                ('evidence', models.CharField(blank=True, max_length=200)),
                ('text', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='permission.consenttext')),
                ('text_version', models.CharField(blank=True, max_length=40)),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('customer', 'purpose', 'channel', 'recipient', 'answered_at'), name='one_answer_per_question_and_time'), models.CheckConstraint(condition=models.Q(('granted', False), models.Q(('evidence', ''), ('how', ''), _connector='OR', _negated=True), _connector='OR'), name='a_granted_answer_has_evidence')],
            },
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='suppressions', to='customers.customer')),
                ('channel', models.CharField(blank=True, max_length=20)),
                ('reason', models.CharField(max_length=80)),
                ('how', models.CharField(blank=True, choices=[('web', 'On the web'), ('phone', 'By phone'), ('counter', 'At the counter'), ('paper', 'On paper'), ('message', 'By text message'), ('email', 'By e-mail'), ('import', 'From another system')], db_default='', default='', max_length=10)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lifted_at', models.DateTimeField(null=True)),
                ('lifted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lifted_how', models.CharField(blank=True, choices=[('web', 'On the web'), ('phone', 'By phone'), ('counter', 'At the counter'), ('paper', 'On paper'), ('message', 'By text message'), ('email', 'By e-mail'), ('import', 'From another system')], db_default='', default='', max_length=10)),
                ('lifted_why', models.CharField(blank=True, db_default='', default='', max_length=200)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='suppression_ends_after_it_begins'), models.UniqueConstraint(condition=models.Q(('lifted_at', None), ('until', None)), fields=('customer', 'channel'), name='one_suppression_stands_per_channel')],
            },
        ),
        migrations.CreateModel(
            name='Guardianship',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='guardians', to='customers.customer')),
                ('granted', models.BooleanField()),
                ('method', models.CharField(choices=[('web_sms', 'Web form, then a text message to the guardian'), ('web_card', "Web form, with the guardian's payment card"), ('web_phone', "Web form, with the guardian's phone identity"), ('paper', 'Signed form, by post or fax or handed over'), ('email', 'E-mail to the guardian, answered'), ('phone', 'Call to the guardian'), ('equivalent', 'Another way as sure as these')], max_length=12)),
                ('name_sealed', models.TextField(blank=True)),
                ('contact_sealed', models.TextField(blank=True)),
                ('evidence', models.CharField(max_length=200)),
                ('answered_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('customer', 'answered_at'), name='one_guardians_answer_at_a_time'), models.CheckConstraint(condition=models.Q(('evidence', ''), _negated=True), name='a_guardians_answer_has_evidence'), models.CheckConstraint(condition=models.Q(('granted', False), models.Q(('name_sealed', ''), ('contact_sealed', ''), _connector='OR', _negated=True), _connector='OR'), name='a_guardian_who_agreed_can_be_reached')],
            },
        ),
        migrations.CreateModel(
            name='TopicChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='topic_choices', to='customers.customer')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.topic')),
                ('wanted', models.BooleanField()),
                ('answered_at', models.DateTimeField()),
                ('how', models.CharField(choices=[('web', 'On the web'), ('phone', 'By phone'), ('counter', 'At the counter'), ('paper', 'On paper'), ('message', 'By text message'), ('email', 'By e-mail'), ('import', 'From another system')], max_length=10)),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('customer', 'topic', 'answered_at'), name='one_choice_per_topic_and_time')],
            },
        ),
        migrations.CreateModel(
            name='FrequencyWish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='frequency_wishes', to='customers.customer')),
                ('per_month', models.PositiveSmallIntegerField(null=True)),
                ('answered_at', models.DateTimeField()),
                ('how', models.CharField(choices=[('web', 'On the web'), ('phone', 'By phone'), ('counter', 'At the counter'), ('paper', 'On paper'), ('message', 'By text message'), ('email', 'By e-mail'), ('import', 'From another system')], max_length=10)),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('customer', 'answered_at'), name='one_wish_of_frequency_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='LanguageWish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='language_wishes', to='customers.customer')),
                ('language', models.CharField(choices=[('ko', '한국어'), ('en', 'English')], max_length=2)),
                ('answered_at', models.DateTimeField()),
                ('how', models.CharField(choices=[('web', 'On the web'), ('phone', 'By phone'), ('counter', 'At the counter'), ('paper', 'On paper'), ('message', 'By text message'), ('email', 'By e-mail'), ('import', 'From another system')], max_length=10)),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('customer', 'answered_at'), name='one_wish_of_language_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='customers.customer')),
                ('consent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='permission.consent')),
                ('kind', models.CharField(choices=[('receipt', 'What was recorded of an answer'), ('reminder', 'That a consent still stands'), ('of_age', 'That the customer now decides alone')], max_length=10)),
                ('how', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('customer', 'kind', 'consent', 'at'), name='one_notice_of_a_kind_per_answer_and_time'), models.CheckConstraint(condition=models.Q(('kind', 'of_age'), ('consent__isnull', False), _connector='OR'), name='a_notice_is_about_an_answer_or_an_age')],
            },
        ),
    ]
