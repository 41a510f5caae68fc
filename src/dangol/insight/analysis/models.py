"""Runs and what they produced: scores of customers, effects of what we did, people who stand here twice, how feedback
sounds. And what staff ask the numbers again and again: questions under a name, reports that are sent.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.records.customers.models import Customer
from dangol.records.staff.models import User
from dangol.records.voices.models import Feedback


class Run(models.Model):
    """One analysis of one state of the warehouse. Its rows count once `finished_at` is set."""

    kind = models.CharField(max_length=40)
    as_of = models.DateTimeField()
    lake_version = models.CharField(max_length=40, blank=True)
    parameters = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "-finished_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.as_of.date().isoformat()}"


class Provenance(models.TextChoices):
    MEASURED = "measured", _("Measured")
    ESTIMATED = "estimated", _("Estimated")
    UNKNOWN = "unknown", _("Unknown")


class Score(models.Model):
    """One number (or word) predicted or measured for one customer by one run, with its interval."""

    # No index of their own: the constraint begins with the customer, the index with the run.
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="scores", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="scores", db_index=False)
    name = models.CharField(max_length=40)
    value = models.FloatField(null=True)
    text = models.CharField(max_length=40, blank=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    provenance = models.CharField(max_length=10, choices=Provenance)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "run", "name"], name="one_score_per_customer_run_and_name")
        ]
        # Without the value: rows come by customer, values in any order, and a place for each among millions costs three
        # times the row. Who has what number is looked for along the rows of that name, which lie side by side.
        indexes = [models.Index(fields=["run", "name", "text"])]


class Effect(models.Model):
    """Treated minus held out, on one outcome, per customer assigned. Money in minor units; uses as they are.

    `source_ref` is that of the assignments it was measured on.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="effects")
    source_ref = models.CharField(max_length=160)
    outcome = models.CharField(max_length=40)
    estimator = models.CharField(max_length=20)  # raw or adjusted
    declared = models.BooleanField()  # the one named before launch
    effect = models.FloatField()
    ci_low = models.FloatField()
    ci_high = models.FloatField()
    treated = models.PositiveIntegerField()
    held_out = models.PositiveIntegerField()
    mean_treated = models.FloatField()
    mean_held_out = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "source_ref", "outcome", "estimator"], name="one_effect_per_run_and_estimator"
            )
        ]
        indexes = [models.Index(fields=["source_ref"])]


class ProposedPerson(models.Model):
    """Customers who are likely one person, as one run of kind "duplicates" proposes; nothing merges by itself.

    `size` customers, of whom the two least alike are one person with `probability`. `settled_at`: somebody said what
    they are. The customers stand in the pairs: every two of them are one.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="proposed_people", db_index=False)
    size = models.PositiveIntegerField()
    probability = models.FloatField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gte=2), name="one_person_proposed_of_at_least_two"),
        ]
        indexes = [models.Index(fields=["run", "settled_at", "-probability", "id"], name="proposals_surest_first")]


class LikePair(models.Model):
    """Two customers who are alike, and how: `left` is the one with the smaller number.

    `person`: whom both are proposed to be. None where the two were taken apart although they are alike enough: then
    `cut` says why. `agreed`: what was compared → how it agreed, in the words of `duplicates/agreement.py`; what one of
    the two does not say is left out.
    """

    class Cut(models.TextChoices):
        NONE = "", _("Not taken apart")
        CHAIN = "chain", _("Alike to one of the group only, not to the others")
        PROOF = "proof", _("Something about them cannot both be true")
        FAMILY = "family", _("They share what a family shares, and nothing else")
        NEVER = "never", _("Somebody said that one of them is never the other")

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="like_pairs", db_index=False)
    person = models.ForeignKey(ProposedPerson, null=True, on_delete=models.CASCADE, related_name="pairs")
    left = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    right = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    probability = models.FloatField()
    agreed = models.JSONField(default=dict)
    cut = models.CharField(max_length=10, choices=Cut, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "left", "right"], name="one_pair_of_customers_per_run"),
            models.CheckConstraint(
                condition=models.Q(left__lt=models.F("right")), name="a_pair_begins_with_the_smaller_number"
            ),
            models.CheckConstraint(
                condition=models.Q(person=None) & ~models.Q(cut="") | models.Q(person__isnull=False, cut=""),
                name="a_pair_is_of_one_person_or_taken_apart",
            ),
        ]


class Tone(models.TextChoices):
    """How something told us sounds. Not read: a question, another language than Korean, or nothing that is a word."""

    GLAD = "glad", pgettext_lazy("tone", "Glad")
    UNHAPPY = "unhappy", pgettext_lazy("tone", "Unhappy")
    UNSURE = "unsure", pgettext_lazy("tone", "Not sure")
    UNREAD = "unread", pgettext_lazy("tone", "Not read")


class FeedbackTone(models.Model):
    """How one piece of feedback sounds. `told` is what a labeller told, with the probability of what it told or would
    have told; `tone` is what counts: the last word of a person where there is one (`corrected`), else what was told.

    The text stands with the feedback alone: `digest` says that it is still the one that was read, `labeller` by what.
    """

    feedback = models.OneToOneField(Feedback, on_delete=models.CASCADE, related_name="tone")
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="+")
    told = models.CharField(max_length=8, choices=Tone)
    probability = models.FloatField(null=True)
    tone = models.CharField(max_length=8, choices=Tone, db_index=True)
    corrected = models.BooleanField(default=False, db_default=False)
    labeller = models.CharField(max_length=40, blank=True)
    digest = models.CharField(max_length=16, blank=True)


class ToneCorrection(models.Model):
    """What a person says of how something told us sounds. Changing one's mind is a new row; the last one counts."""

    feedback = models.ForeignKey(Feedback, on_delete=models.CASCADE, related_name="tone_corrections")
    tone = models.CharField(max_length=8, choices=Tone)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class TaughtLabeller(models.Model):
    """What one run of kind "voices_taught" learned from labels of the business, as `voices/keeping.py` writes it."""

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="taught")
    content = models.BinaryField()


class SavedQuestion(models.Model):
    """A question of the numbers that somebody keeps under a name: their own, or for everybody who may see values.

    query: the words of the page's address, its period as a word such as last_month, so that it moves on with the days.
    """

    name = models.CharField(max_length=60)
    query = models.TextField()
    shared = models.BooleanField(default=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["by", "name"], condition=models.Q(removed_at=None), name="one_saved_question_of_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Report(models.Model):
    """Saved questions that are sent together, to whom, how often; each recipient gets the numbers of their scope.

    since: only what falls due after it is sent. asked_for: the last day it fell due on and was put into the outbox.
    """

    class Rhythm(models.TextChoices):
        DAY = "day", pgettext_lazy("report", "Every day")
        WEEK = "week", pgettext_lazy("report", "Every Monday")
        MONTH = "month", pgettext_lazy("report", "On the first of every month")

    name = models.CharField(max_length=60)
    rhythm = models.CharField(max_length=10, choices=Rhythm)
    hour = models.PositiveSmallIntegerField()
    recipients = models.ManyToManyField(User, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    since = models.DateTimeField()
    asked_for = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=models.Q(ended_at=None), name="one_report_of_a_name"),
            models.CheckConstraint(condition=models.Q(hour__lte=23), name="a_report_is_sent_at_an_hour_of_the_day"),
        ]

    def __str__(self) -> str:
        return self.name


class ReportPart(models.Model):
    """One question of a report, and the place it stands at."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="parts")
    question = models.ForeignKey(SavedQuestion, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "question"], name="a_report_tells_each_question_once"),
        ]
        ordering = ("place",)
