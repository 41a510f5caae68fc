"""The frozen reference, which everybody is measured against until somebody re-bases it; what values were worked out
from; the ways to bind customers; and what the rooms below keep.
"""

from django.db import models

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.core.models import NeedShare
from dangol.insight.relationship.following.models import Followed, FollowUp, Takeover
from dangol.insight.relationship.loop.models import LoopPlan
from dangol.insight.relationship.loyalty.models import WavePlan
from dangol.insight.relationship.movement.models import Imbalance, ImbalanceStep, Movement, Position, Snapshot
from dangol.insight.relationship.stages.models import Step
from dangol.lib.languages import speaks
from dangol.records.catalog.models import Offer
from dangol.records.customers.models import Customer
from dangol.records.staff.models import User

__all__ = [
    "FollowUp", "Followed", "Imbalance", "ImbalanceStep", "LoopPlan", "Movement", "NeedShare", "Parts",
    "Position", "Programme", "Reference", "SettingsChange", "Snapshot", "Step", "Takeover", "WavePlan",
]  # fmt: skip


class Reference(models.Model):
    """The distribution of one part among all active customers, at one time. Never edited."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="references")
    part = models.CharField(max_length=40)
    scale = models.BinaryField()
    customers = models.PositiveIntegerField()
    frozen_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "part"], name="one_scale_per_run_and_part")]


class Parts(models.Model):
    """What one valuation worked both sides of one customer out from, as measures.md names it; null where unknown.

    Beside the scores, and in one row: a row for each of them took as long to write as all the scores. No segment
    chooses by a part; lists that sort by one keep it at hand where customers are many. Each part of the customer's side
    with its rank on the frozen scale.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    # No index of its own: the constraint begins with it.
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="worked_out", db_index=False)
    economic_value = models.FloatField(null=True)
    social_value = models.FloatField(null=True)
    social_value_low = models.FloatField(null=True)
    social_value_high = models.FloatField(null=True)
    social_estimated = models.PositiveSmallIntegerField(null=True)  # 0: the customer answered
    relationship_cost = models.FloatField(null=True)
    economic_rank = models.FloatField(null=True)
    social_rank = models.FloatField(null=True)
    social_rank_low = models.FloatField(null=True)
    social_rank_high = models.FloatField(null=True)
    cost_rank = models.FloatField(null=True)
    parts_known = models.PositiveSmallIntegerField(null=True)
    potential = models.FloatField(null=True)
    potential_low = models.FloatField(null=True)
    potential_high = models.FloatField(null=True)
    commitment = models.FloatField(null=True)
    equity = models.FloatField(null=True)
    equity_low = models.FloatField(null=True)
    equity_high = models.FloatField(null=True)
    p_alive = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "run"], name="parts_of_a_customer_once_a_run")]


class Programme(models.Model):
    """One way to bind customers, as it stands from `at` on: what it costs and what it is expected to bring.

    Never edited: a change is a new row of the same code, and the newest counts. Money in minor units, for each customer
    who gets it, a year; each shift with its 95 % interval. `assumption` says why the shifts are believed before any
    campaign was measured; "" for one of the first programmes, whose reason is in the words of the house.
    """

    code = models.SlugField(max_length=40, db_index=False)
    name_ko = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    bond = models.CharField(max_length=20, choices=Offer.Bond)
    offer = models.ForeignKey(Offer, null=True, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=40, blank=True)
    cost = models.BigIntegerField()
    company = models.BigIntegerField()
    company_low = models.BigIntegerField()
    company_high = models.BigIntegerField()
    customer = models.BigIntegerField()
    customer_low = models.BigIntegerField()
    customer_high = models.BigIntegerField()
    assumption = models.CharField(max_length=300, blank=True)
    in_use = models.BooleanField(default=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(cost__gte=0), name="programme_cost_is_not_negative"),
            models.CheckConstraint(
                condition=models.Q(
                    company_low__lte=models.F("company"), company_high__gte=models.F("company"),
                    customer_low__lte=models.F("customer"), customer_high__gte=models.F("customer"),
                ),
                name="programme_shifts_lie_within_their_intervals",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["code", "-id"], name="newest_of_a_programme")]

    @property
    def name(self) -> str:
        """In the language in use."""
        return self.name_ko if speaks() == "ko" else self.name_en


class SettingsChange(models.Model):
    """One change of what valuations assume; never edited, the newest counts.

    `standing`: everything that was set by then, name → value, over the home's own settings; `changed`: name → [before,
    after] of this change.
    """

    standing = models.JSONField()
    changed = models.JSONField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=200)
