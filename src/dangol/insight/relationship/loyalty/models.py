"""When loyalty is to be measured: rows, never edited, the newest counts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dangol.records.staff.models import User


class WavePlan(models.Model):
    """On which days customers are to be asked. first: the day from which a rhythm runs; days: single ones, as text.

    owner: who answers for it; survey: the questionnaire it comes from, "" for any; on: the home's day on which this was
    said, for nothing before it was ever promised.
    """

    class Every(models.TextChoices):
        NEVER = "never", _("Not by a calendar")
        QUARTER = "quarter", _("Every quarter")
        HALF_YEAR = "half_year", _("Every half-year")
        YEAR = "year", _("Every year")
        DAYS = "days", _("On single days")

    every = models.CharField(max_length=10, choices=Every)
    first = models.DateField(null=True)
    days = models.JSONField(default=list)
    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    survey = models.CharField(max_length=80, blank=True)
    on = models.DateField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(every__in=["never", "days"]) | Q(first__isnull=False),
                name="a_rhythm_of_waves_has_a_first_day",
            ),
            models.CheckConstraint(
                condition=Q(every="never") | Q(owner__isnull=False), name="somebody_answers_for_waves_that_are_planned"
            ),
        ]
