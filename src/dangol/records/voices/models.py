"""What customers say themselves."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from dangol.records.catalog.models import Category, Product
from dangol.records.customers.models import Identity
from dangol.records.staff.models import Unit, User


class SurveyAnswer(models.Model):
    """One answer to one item of one survey. `dimension` is what the item measures."""

    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="answers")
    source = models.CharField(max_length=40)
    ref = models.CharField(max_length=120)
    survey = models.CharField(max_length=80)
    item = models.CharField(max_length=200)
    dimension = models.CharField(max_length=40)
    score = models.FloatField()
    scale_min = models.FloatField()
    scale_max = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "ref"], name="one_answer_per_ref"),
            models.CheckConstraint(
                condition=Q(score__gte=F("scale_min")) & Q(score__lte=F("scale_max")),
                name="answer_lies_on_its_scale",
            ),
        ]
        indexes = [
            models.Index(fields=["identity", "at"]),
            models.Index(fields=["at"], name="answers_by_time"),  # whether a wave was answered, among millions
        ]


class Feedback(models.Model):
    """What somebody told us in their own words: a complaint, a question, a report. Without an identity nobody is known.

    Where it stands are steps. An open answer to a survey is an opinion, its `subject` the question.
    """

    class Kind(models.TextChoices):
        COMPLAINT = "complaint", pgettext_lazy("feedback", "Complaint")
        INQUIRY = "inquiry", pgettext_lazy("feedback", "Question")
        SUGGESTION = "suggestion", pgettext_lazy("feedback", "Suggestion")
        PRAISE = "praise", pgettext_lazy("feedback", "Praise")
        MONITOR = "monitor", pgettext_lazy("feedback", "Monitor report")
        REVIEW = "review", pgettext_lazy("feedback", "Review")
        OPINION = "opinion", pgettext_lazy("feedback", "Opinion")

    identity = models.ForeignKey(Identity, null=True, on_delete=models.PROTECT, related_name="feedback", db_index=False)
    source = models.CharField(max_length=40)
    ref = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField()
    touchpoint = models.CharField(max_length=40, blank=True)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "ref"], name="one_feedback_per_ref")]
        indexes = [models.Index(fields=["identity", "at"]), models.Index(fields=["at", "kind"])]


class FeedbackStep(models.Model):
    """What became of something told us: taken up, answered, settled, or opened again, with what was said to it."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("feedback", "Open")
        TAKEN_UP = "taken_up", pgettext_lazy("feedback", "Taken up")
        ANSWERED = "answered", pgettext_lazy("feedback", "Answered")
        SETTLED = "settled", pgettext_lazy("feedback", "Settled")

    feedback = models.ForeignKey(Feedback, on_delete=models.PROTECT, related_name="steps", db_index=False)
    state = models.CharField(max_length=10, choices=State)
    at = models.DateTimeField()
    text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feedback", "state", "at"], name="one_step_of_feedback_at_a_time")
        ]


class StatedNeed(models.Model):
    """How much somebody spends on a category in a month or a year, wherever they buy it: said, or thought by staff.

    Never edited: the last of a category counts, by `on`. category: none for everything the shop sells. amount: minor
    units; null says that what stood before counts no more.
    """

    class Period(models.TextChoices):
        MONTH = "month", pgettext_lazy("need", "A month")
        YEAR = "year", pgettext_lazy("need", "A year")

    class How(models.TextChoices):
        SURVEY = "survey", pgettext_lazy("need", "Said in a survey")
        TALK = "talk", pgettext_lazy("need", "Said in conversation")
        ESTIMATE = "estimate", pgettext_lazy("need", "Estimate of our staff")

    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="needs", db_index=False)
    source = models.CharField(max_length=40)
    ref = models.CharField(max_length=120)
    category = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount = models.BigIntegerField(null=True)
    period = models.CharField(max_length=5, choices=Period)
    how = models.CharField(max_length=8, choices=How)
    on = models.DateField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "ref"], name="one_need_per_ref"),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gt=0), name="a_need_is_above_0"),
        ]
        indexes = [models.Index(fields=["identity", "category", "on"], name="needs_of_a_customer")]
