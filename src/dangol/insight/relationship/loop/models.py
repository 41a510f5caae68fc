"""When the loop goes round by itself: rows, never edited, the newest counts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dangol.records.staff.models import User


class LoopPlan(models.Model):
    """How often everybody is valued anew by itself. budget: minor units a year with which what to do is chosen anew
    then, too; null: values alone.
    """

    class Every(models.TextChoices):
        NEVER = "never", _("Not by itself")
        WEEK = "week", _("Every week")
        MONTH = "month", _("At the beginning of every month")

    every = models.CharField(max_length=5, choices=Every)
    budget = models.BigIntegerField(null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(budget__isnull=True) | Q(budget__gte=0), name="budget_of_the_loop_is_not_negative"
            )
        ]
