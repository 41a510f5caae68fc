"""Saved rules that select customers now, what is decided for each, and whom a number of the cube was made of."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dangol.insight.warehouse.cube import Condition, Question
from dangol.insight.warehouse.metrics import DIMENSIONS, METRICS
from dangol.records.customers.models import Customer
from dangol.records.staff.models import User

NAMED = 3  # values of a condition that its words name


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


class Inquiry(models.Model):
    """A question to the cube of whose answer the customers are kept: who stood behind one number.

    where: [dimension, values] each, as the cube writes them; period: a time that goes on with the calendar, by its
    word ("last_12"), "" where the days are fixed. What it found, and over which days, says each finding.
    """

    metric = models.CharField(max_length=60)
    where = models.JSONField()
    period = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        parts = [_label(METRICS, self.metric)]
        for name, values in self.where:
            more = len(values) - NAMED
            some = ", ".join(value or gettext("Not known") for value in values[:NAMED])
            shown = some if more <= 0 else gettext("%(some)s and %(more)s more") % {"some": some, "more": more}
            parts.append(f"{_label(DIMENSIONS, name)}: {shown}")
        return " · ".join(parts)


class Finding(models.Model):
    """One asking: over which days (`last` included; null: no end), when, by whom, and how many were found. Never
    edited: asking again is a new row, and the last one counts.
    """

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="findings")
    since = models.DateField(null=True)
    last = models.DateField(null=True)
    people = models.PositiveIntegerField()
    lake_version = models.CharField(max_length=40)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        told = {"what": self.inquiry, "days": self.days, "day": date_format(self.at, "DATE_FORMAT")}
        return gettext("%(what)s, %(days)s, asked on %(day)s") % told

    @property
    def days(self) -> str:
        """The days it looked at, in words."""
        since, last = (day and date_format(day, "DATE_FORMAT") for day in (self.since, self.last))
        if since and last:
            return f"{since} – {last}"
        if since:
            return gettext("From %(day)s") % {"day": since}
        return gettext("Until %(day)s") % {"day": last} if last else gettext("All time")

    @property
    def question(self) -> Question:
        """What was asked, as the cube takes it."""
        where = tuple(Condition(name, tuple(values)) for name, values in self.inquiry.where)
        until = self.last + timedelta(days=1) if self.last else None
        return Question((self.inquiry.metric,), where=where, since=self.since, until=until)


class Found(models.Model):
    """A customer of the finding that counts; those of earlier findings are not kept."""

    # No index of its own: the constraint begins with it.
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="found", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["finding", "customer"], name="found_once")]


def _label(registry: Mapping[str, Any], name: str) -> str:
    """What the registry calls it; its name where it is there no more."""
    return str(registry[name].label) if name in registry else name
