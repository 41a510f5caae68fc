"""Saved rules that select customers now, and what is decided for each: its sheet."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dangol.records.staff.models import User


class Segment(models.Model):
    """A saved rule: for each field what is accepted (a list of values, or a [low, high] range)."""

    name = models.CharField(max_length=120)
    rule = models.JSONField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return self.name


class Sheet(models.Model):
    """What the business decides for a segment: whether it serves it (target), as what it wants to be seen there
    (position), and with which mix. Never edited: a change is a new row, and the last one counts.

    Source: segmentation, targeting, positioning with a mix for each segment (Kim 2010, III.2-2).
    """

    class Target(models.TextChoices):
        FIRST = "first", _("Served first")
        LATER = "later", _("Served as it comes")
        NOT = "not", _("Not courted")

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="sheets")
    target = models.CharField(max_length=8, choices=Target)
    position = models.CharField(max_length=300, blank=True)
    value = models.CharField(max_length=300, blank=True)
    price = models.CharField(max_length=300, blank=True)
    channel = models.CharField(max_length=300, blank=True)
    promotion = models.CharField(max_length=300, blank=True)
    reward = models.CharField(max_length=300, blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["segment", "-id"], name="newest_sheet_first")]
