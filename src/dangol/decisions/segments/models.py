"""Saved rules that select customers now."""

from django.db import models

from dangol.records.staff.models import User


class Segment(models.Model):
    """A saved rule: for each field what is accepted (a list of values, or a [low, high] range)."""

    name = models.CharField(max_length=120)
    rule = models.JSONField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return self.name
