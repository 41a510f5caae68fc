"""Batches of what came in, and the rows that were refused."""

from django.db import models

from dangol.records.customers.models import PartnerSet
from dangol.records.staff.models import User


class Batch(models.Model):
    """One file or feed taken in: rows = accepted + rejected, accepted = created + updated + unchanged.

    `partner_set`: for a file of details, whose data they are and on which ground.
    """

    kind = models.CharField(max_length=40)
    source = models.CharField(max_length=40)
    file_name = models.CharField(max_length=255, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    columns = models.JSONField(default=list)  # headings of the file, in order
    mapping = models.JSONField(default=dict)  # field → heading
    rows = models.PositiveBigIntegerField(default=0)
    accepted = models.PositiveBigIntegerField(default=0)
    rejected = models.PositiveBigIntegerField(default=0)
    created = models.PositiveBigIntegerField(default=0)
    updated = models.PositiveBigIntegerField(default=0)
    unchanged = models.PositiveBigIntegerField(default=0)
    amount_total = models.BigIntegerField(default=0)  # minor units, over accepted lines
    stage = models.CharField(max_length=80, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    problem = models.TextField(blank=True)
    warnings = models.JSONField(default=list)  # sentences for whoever brought the file
    seconds = models.FloatField(default=0)
    partner_set = models.ForeignKey(PartnerSet, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)


class Reject(models.Model):
    """One row refused, in its original columns, with the reason in words."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rejects")
    row = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=300)
    original = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "row"], name="one_reject_per_row")]
