"""A series: what comes when, its texts and who started, paused and stopped it. Its issues are campaigns."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.decisions.campaigns.judged_by import Outcome
from dangol.decisions.segments.models import Segment
from dangol.records.catalog.models import Category, Offer, Topic
from dangol.records.permission.asking import About


class Series(models.Model):
    """A campaign that comes again. Its salt is its name: whoever is held out of one issue is held out of all.

    day: 1 to 31 of a month, of which the last one stands for the days a month does not have; 1 (Monday) to 7 of a week.
    """

    class Every(models.TextChoices):
        MONTH = "month", _("Every month")
        WEEK = "week", _("Every week")

    name = models.CharField(max_length=120, unique=True)
    channel = models.CharField(max_length=40)
    goods = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, related_name="+")
    topic = models.ForeignKey(Topic, null=True, on_delete=models.PROTECT, related_name="+")
    every = models.CharField(max_length=5, choices=Every)
    day = models.PositiveSmallIntegerField()
    holdout_share = models.FloatField()
    weeks = models.PositiveIntegerField(default=8)
    outcome = models.CharField(max_length=40, choices=Outcome, default=Outcome.NET_REVENUE)
    estimator = models.CharField(max_length=20)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    planned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(holdout_share__gte=0.01) & Q(holdout_share__lte=0.5), name="a_series_holds_somebody_out"
            ),
            models.CheckConstraint(
                condition=Q(every="month", day__gte=1, day__lte=31) | Q(every="week", day__gte=1, day__lte=7),
                name="a_series_comes_on_a_day_there_is",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def source_ref(self) -> str:
        """The mark of what is measured over all of its issues."""
        return f"series:{self.pk}"

    @property
    def salt(self) -> str:
        """What its arms are drawn with; no campaign's name."""
        return f"series:{self.name}"

    @property
    def about(self) -> About:
        """What it is about, as far as permission asks."""
        return About(self.goods_id, self.topic_id)


class SeriesText(models.Model):
    """For whom, what they get and what it says, from a moment on. Never edited: the last one counts."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="texts")
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()


class SeriesStep(models.Model):
    """Somebody started, paused or stopped it, or an issue could not be made: then `day` is when it was due, and `note`
    says why.
    """

    class Kind(models.TextChoices):
        STARTED = "started", pgettext_lazy("series", "Started")
        PAUSED = "paused", pgettext_lazy("series", "Paused")
        RESUMED = "resumed", pgettext_lazy("series", "Goes on")
        STOPPED = "stopped", pgettext_lazy("series", "Stopped")
        FAILED = "failed", pgettext_lazy("series", "Could not be sent")

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=8, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    day = models.DateField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "day"], name="a_failed_issue_is_told_once")]
