"""Texts of consent, answers to them, standing refusals, guardians, wishes, and what people were told."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.records.catalog.models import Topic
from dangol.records.customers.models import Customer
from dangol.records.staff.models import User
from dangol.records.staff.on_behalf import OnBehalf, Way, Who

BY_MERGE = "merge:"  # what the evidence of an answer begins with that nobody gave: two customers became one


class Purpose(models.TextChoices):
    """What is asked apart: each is an answer of its own. Of `automated`, nobody objects until they say so."""

    COLLECTION = "collection", _("Collection and use of personal data")
    MARKETING = "marketing", _("Advertising messages")
    NIGHT = "night", _("Advertising at night")
    THIRD_PARTY = "third_party", _("Provision to third parties")
    OVERSEAS = "overseas", _("Transfer abroad")
    SENSITIVE = "sensitive", _("Sensitive data")
    AUTOMATED = "automated", _("Decisions made by machine alone")
    READING = "reading", _("Keeping which titles somebody borrowed")
    BEHAVIOUR = "behaviour", _("Keeping what somebody reads on our web pages")


class How(models.TextChoices):
    """By which way an answer reached us."""

    WEB = "web", _("On the web")
    PHONE = "phone", _("By phone")
    COUNTER = "counter", _("At the counter")
    PAPER = "paper", _("On paper")
    MESSAGE = "message", _("By text message")
    EMAIL = "email", _("By e-mail")
    IMPORT = "import", _("From another system")


class ConsentText(models.Model):
    """One version of what is asked for one purpose in one language; published, it never changes again.

    The four parts that the law asks for: `aim`, what for; `items`, which data; `retention`, for how long; `refusal`,
    the right to refuse and what follows from it. Whoever gets the data elsewhere is the `recipient`.
    """

    purpose = models.CharField(max_length=20, choices=Purpose)
    recipient = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=2, choices=[("ko", "한국어"), ("en", "English")])
    version = models.PositiveIntegerField()
    required = models.BooleanField(default=False)
    title = models.CharField(max_length=120)
    aim = models.TextField(blank=True)
    items = models.TextField(blank=True)
    retention = models.TextField(blank=True)
    refusal = models.TextField(blank=True)
    written_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    written_at = models.DateTimeField()
    published_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["purpose", "recipient", "language", "version"], name="one_consent_text_per_version"
            ),
            models.UniqueConstraint(
                fields=["purpose", "recipient", "language"],
                condition=Q(published_at=None),
                name="one_draft_of_a_consent_text",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | ~(Q(aim="") | Q(items="") | Q(retention="") | Q(refusal="")),
                name="a_published_consent_text_has_its_four_parts",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | ~Q(purpose__in=["third_party", "overseas"]) | ~Q(recipient=""),
                name="a_published_consent_text_names_who_gets_the_data",
            ),
            models.CheckConstraint(
                condition=Q(required=False) | Q(purpose="collection"), name="only_collection_may_be_required"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.label})"

    @property
    def label(self) -> str:
        """What answers call this version: "marketing-ko-2"."""
        return f"{self.purpose}-{self.language}-{self.version}"


class Consent(models.Model):
    """One answer to one purpose at one time. Changing your mind is a new row.

    Who answered (`given_by`), how and where, to which text, and the evidence: where the answer can be seen again. An
    answer to one of our texts is bound to it for good; `text_version` names texts that are not here, too.
    """

    Purpose, How = Purpose, How

    class GivenBy(models.TextChoices):
        PERSON = "person", pgettext_lazy("who answered", "The customer")
        GUARDIAN = "guardian", pgettext_lazy("who answered", "The guardian")
        STAFF = "staff", pgettext_lazy("who answered", "Staff, on the customer's word")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents", db_index=False)
    purpose = models.CharField(max_length=20, choices=Purpose)
    channel = models.CharField(max_length=20, blank=True)
    recipient = models.CharField(max_length=120, blank=True, default="", db_default="")
    granted = models.BooleanField()
    answered_at = models.DateTimeField()
    given_by = models.CharField(max_length=10, choices=GivenBy, default=GivenBy.PERSON, db_default="person")
    how = models.CharField(max_length=10, choices=How, blank=True, default="", db_default="")
    place = models.CharField(max_length=80, blank=True, default="", db_default="")
    evidence = models.CharField(max_length=200, blank=True)
    text = models.ForeignKey(ConsentText, null=True, on_delete=models.PROTECT, related_name="answers")
    text_version = models.CharField(max_length=40, blank=True)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "purpose", "channel", "recipient", "answered_at"],
                name="one_answer_per_question_and_time",
            ),
            models.CheckConstraint(
                condition=Q(granted=False) | ~(Q(evidence="") | Q(how="")), name="a_granted_answer_has_evidence"
            ),
        ]

    @property
    def on_behalf(self) -> OnBehalf:
        """On whose word staff wrote it down."""
        who = Who.GUARDIAN if self.given_by == self.GivenBy.GUARDIAN else Who.PERSON
        return OnBehalf(who, self.how if self.how in Way.values else "")


class Suppression(models.Model):
    """A standing "do not contact", over any consent. Empty channel means all channels.

    `until` is an end that was said from the beginning; what is lifted is over, whatever the home's clock shows.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="suppressions")
    channel = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=80)
    how = models.CharField(max_length=10, choices=How, blank=True, default="", db_default="")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    lifted_how = models.CharField(max_length=10, choices=How, blank=True, default="", db_default="")
    lifted_why = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="suppression_ends_after_it_begins"
            ),
            models.UniqueConstraint(
                fields=["customer", "channel"],
                condition=Q(until=None, lifted_at=None),
                name="one_suppression_stands_per_channel",
            ),
        ]


class Guardianship(models.Model):
    """A guardian's answer for a child who cannot consent yet, and how it was verified. The last one counts.

    Name and contact are sealed: they are used to reach the guardian and for nothing else.
    """

    class Method(models.TextChoices):
        WEB_SMS = "web_sms", _("Web form, then a text message to the guardian")
        WEB_CARD = "web_card", _("Web form, with the guardian's payment card")
        WEB_PHONE = "web_phone", _("Web form, with the guardian's phone identity")
        PAPER = "paper", _("Signed form, by post or fax or handed over")
        EMAIL = "email", _("E-mail to the guardian, answered")
        PHONE = "phone", _("Call to the guardian")
        EQUIVALENT = "equivalent", _("Another way as sure as these")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="guardians", db_index=False)
    granted = models.BooleanField()
    method = models.CharField(max_length=12, choices=Method)
    name_sealed = models.TextField(blank=True)
    contact_sealed = models.TextField(blank=True)
    evidence = models.CharField(max_length=200)
    answered_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "answered_at"], name="one_guardians_answer_at_a_time"),
            models.CheckConstraint(condition=~Q(evidence=""), name="a_guardians_answer_has_evidence"),
            models.CheckConstraint(
                condition=Q(granted=False) | ~(Q(name_sealed="") | Q(contact_sealed="")),
                name="a_guardian_who_agreed_can_be_reached",
            ),
        ]

    @property
    def on_behalf(self) -> OnBehalf:
        """On whose word staff wrote it down."""
        way = Way.WEB.value if self.method.startswith("web") else self.method
        return OnBehalf(Who.GUARDIAN, way if way in Way.values else "")


class TopicChoice(models.Model):
    """Whether somebody wants to hear of a topic: of the topic and those above it, the last choice counts."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="topic_choices", db_index=False)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    wanted = models.BooleanField()
    answered_at = models.DateTimeField()
    how = models.CharField(max_length=10, choices=How)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "topic", "answered_at"], name="one_choice_per_topic_and_time")
        ]


class FrequencyWish(models.Model):
    """How many advertising messages somebody wants in thirty days at most; none said means as many as we allow."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="frequency_wishes", db_index=False)
    per_month = models.PositiveSmallIntegerField(null=True)
    answered_at = models.DateTimeField()
    how = models.CharField(max_length=10, choices=How)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "answered_at"], name="one_wish_of_frequency_at_a_time")
        ]


class LanguageWish(models.Model):
    """In which language somebody wants to be written to; the last one counts."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="language_wishes", db_index=False)
    language = models.CharField(max_length=2, choices=[("ko", "한국어"), ("en", "English")])
    answered_at = models.DateTimeField()
    how = models.CharField(max_length=10, choices=How)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "answered_at"], name="one_wish_of_language_at_a_time")
        ]


class Notice(models.Model):
    """One time we told somebody what the law has us tell: of an answer, that a consent still stands, of coming of age.

    `consent` is what it was about, None for coming of age. `how`: the channel, or the way staff told it.
    """

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("What was recorded of an answer")
        REMINDER = "reminder", _("That a consent still stands")
        OF_AGE = "of_age", _("That the customer now decides alone")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="notices", db_index=False)
    consent = models.ForeignKey(Consent, null=True, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind)
    how = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "kind", "consent", "at"], name="one_notice_of_a_kind_per_answer_and_time"
            ),
            models.CheckConstraint(
                condition=Q(kind="of_age") | Q(consent__isnull=False), name="a_notice_is_about_an_answer_or_an_age"
            ),
        ]
