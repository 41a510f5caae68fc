"""One plan: goal, segment, offer, dates, holdout."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dangol.decisions.campaigns.judged_by import Outcome
from dangol.decisions.campaigns.repeating.models import Series, SeriesStep, SeriesText
from dangol.decisions.segments.models import Segment
from dangol.records.catalog.models import Category, Offer, Topic
from dangol.records.permission.asking import About

__all__ = ["Campaign", "FairnessSeen", "Series", "SeriesStep", "SeriesText"]


class Campaign(models.Model):
    """A plan that is launched once. Its people are assignments in the ledger.

    series, text, due_on: of an issue of a series, the text it was written by and the day it was due on.
    """

    class Estimator(models.TextChoices):
        RAW = "raw", _("Plain difference")
        ADJUSTED = "adjusted", _("Adjusted for the time before")

    name = models.CharField(max_length=120, unique=True)
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT)
    channel = models.CharField(max_length=40)
    goods = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, related_name="+")  # a kind of goods
    topic = models.ForeignKey(Topic, null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    outcome = models.CharField(max_length=40, choices=Outcome, default=Outcome.NET_REVENUE)
    estimator = models.CharField(max_length=20, choices=Estimator, default=Estimator.ADJUSTED)
    holdout_share = models.FloatField()
    weeks = models.PositiveIntegerField(default=8)  # how long responses are counted
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    planned_at = models.DateTimeField()
    launched_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    launched_at = models.DateTimeField(null=True)
    measured_at = models.DateTimeField(null=True)
    series = models.ForeignKey(Series, null=True, on_delete=models.PROTECT, related_name="issues")
    text = models.ForeignKey(SeriesText, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(holdout_share__gte=0.01) & Q(holdout_share__lte=0.5),
                name="a_campaign_holds_somebody_out",
            ),
            models.CheckConstraint(
                condition=Q(measured_at=None) | Q(launched_at__isnull=False),
                name="a_campaign_is_measured_after_launch",
            ),
            models.UniqueConstraint(fields=["series", "due_on"], name="one_issue_of_a_series_a_day"),
            models.CheckConstraint(
                condition=Q(series=None, text=None, due_on=None)
                | Q(series__isnull=False, text__isnull=False, due_on__isnull=False),
                name="an_issue_has_its_text_and_its_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def source_ref(self) -> str:
        """The opaque mark its facts carry in the ledger."""
        return f"campaign:{self.pk}"

    @property
    def salt(self) -> str:
        """What its arms are drawn with: its name, or that of its series, so that the same people stay held out."""
        return self.series.salt if self.series else self.name

    @property
    def about(self) -> About:
        """What it is about, as far as permission asks."""
        return About(self.goods_id, self.topic_id)


class FairnessSeen(models.Model):
    """Somebody saw, before a campaign was sent or a series said this, which groups come off worse by it.

    `found`: as fairness_seen.py writes it, numbers of groups alone, never of fewer than ten customers.
    """

    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.CASCADE, related_name="fairness_seen")
    text = models.ForeignKey(SeriesText, null=True, on_delete=models.CASCADE, related_name="fairness_seen")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    floor = models.FloatField()
    found = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(campaign__isnull=False, text=None) | Q(campaign=None, text__isnull=False),
                name="fairness_is_seen_of_one_thing",
            )
        ]
