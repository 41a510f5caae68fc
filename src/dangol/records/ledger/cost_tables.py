"""What was spent on customers together, and what of it was taken back. No row is tied to anybody."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from dangol.records.staff.models import User


class Purpose(models.TextChoices):
    WIN = "win", pgettext_lazy("cost", "Winning customers")
    KEEP = "keep", pgettext_lazy("cost", "Keeping customers")
    WIN_BACK = "win_back", pgettext_lazy("cost", "Winning customers back")
    JOINT = "joint", pgettext_lazy("cost", "Several of these together")


class Cost(models.Model):
    """What was spent in one month on one channel for one purpose, in minor units; what lasted longer has a row a month.

    `entry`: what was told in one go, of whose rows `ref` tells each. `at`: when `since` began. `campaign`: the mark of
    its assignments, "" for none. What is given to one customer (a discount, points, a gift) is no cost of this table.
    """

    source = models.CharField(max_length=40)
    ref = models.CharField(max_length=140)
    entry = models.CharField(max_length=120)
    purpose = models.CharField(max_length=8, choices=Purpose)
    channel = models.CharField(max_length=80)
    since = models.DateField()
    until = models.DateField()
    at = models.DateTimeField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    campaign = models.CharField(max_length=160, blank=True)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "ref"], name="one_cost_per_ref"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_cost_is_above_0"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="a_cost_ends_after_it_begins"),
        ]
        indexes = [
            models.Index(fields=["source", "entry"], name="costs_of_an_entry"),
            models.Index(fields=["-since", "-id"], name="costs_the_last_first"),
        ]


class CostTakenBack(models.Model):
    """That a cost counts no more, since when and by whose word. The cost itself stays as it was told."""

    cost = models.OneToOneField(Cost, on_delete=models.PROTECT, related_name="taken_back")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
