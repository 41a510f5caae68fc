"""Where everybody stood at the end of a month, what moved between two months, and who is left short since the last."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dangol.insight.analysis.models import Run
from dangol.records.customers.models import Customer
from dangol.records.staff.models import User


class Snapshot(models.Model):
    """Everybody at the end of one month, on one yardstick (scales and settings). Never edited.

    month: its first day; day: the shop's day it was valued as of, the last of the month or one soon after;
    worked_out: valued afterwards, from nothing but what was known then; summary: what `portrait` counts.
    """

    month = models.DateField()
    yardstick = models.CharField(max_length=16)
    day = models.DateField()
    worked_out = models.BooleanField()
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="+")
    lake_version = models.CharField(max_length=40, blank=True)
    parameters = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["yardstick", "month"], name="one_snapshot_per_month_and_yardstick")
        ]


class Position(models.Model):
    """Where one customer stood: both values 0–100 (null: unknown), region, equity in minor units, commitment 0–1."""

    # No index of their own: the constraint begins with the customer, the index with the snapshot.
    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="positions", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="positions", db_index=False)
    customer_value = models.FloatField(null=True)
    customer_equity = models.FloatField(null=True)
    region = models.CharField(max_length=7)
    equity = models.BigIntegerField(null=True)
    commitment = models.FloatField(null=True)  # null, too, in months that were taken before it was kept

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "snapshot"], name="one_position_per_customer_and_snapshot")
        ]
        indexes = [models.Index(fields=["snapshot", "region", "customer"], name="positions_by_region")]


class Movement(models.Model):
    """What moved from one snapshot to a later one of the same yardstick, as `moves` counts it. Never edited."""

    earlier = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="+")
    later = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="+", db_index=False)
    summary = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["later", "earlier"], name="one_movement_between_two_snapshots")]


class Imbalance(models.Model):
    """Customers of high equity whom the newest month found below the band and the month before did not.

    What becomes of it are steps.
    """

    movement = models.OneToOneField(Movement, on_delete=models.CASCADE, related_name="imbalance")
    customers = models.PositiveIntegerField()
    at = models.DateTimeField()


class ImbalanceStep(models.Model):
    """Given to somebody with a day by which it is to be done, or closed. The last one counts."""

    class Kind(models.TextChoices):
        GIVEN = "given", _("Given to somebody")
        CLOSED = "closed", _("Closed")

    imbalance = models.ForeignKey(Imbalance, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=8, choices=Kind)
    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
