"""Saved rules that select customers now."""

from django.db import models


class Segment(models.Model):
    """A saved rule: for each field what is accepted (a list of values, or a [low, high] range)."""

    name = models.CharField(max_length=120)
    rule = models.JSONField()
    saved_at = models.DateTimeField()
