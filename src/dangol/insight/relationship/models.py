"""The frozen reference: the scales everybody is measured against until somebody re-bases them; and steps (stages/)."""

from django.db import models

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.stages.models import Step

__all__ = ["Reference", "Step"]


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
