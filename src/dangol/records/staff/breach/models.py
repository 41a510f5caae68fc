"""Incidents, what was found about them, whose data it was, and what was decided. Rows are added and never changed."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.records.staff.models import User


class Incident(models.Model):
    """A leak of people's data, possible or certain. The clock runs from `aware_at`."""

    name = models.CharField(max_length=120)
    aware_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(aware_at__lte=models.F("opened_at")), name="nobody_is_aware_of_a_leak_later_than_they_say"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Finding(models.Model):
    """What was known of an incident at a time; the newest counts.

    `intrusion` from outside into our systems or a member of staff's device; `sensitive` data or ids given out by law.
    The texts stand in the letters: which data, when and how, what people can do, what we do, where to reach us. What is
    not known yet is "".
    """

    class Standing(models.TextChoices):
        POSSIBLE = "possible", _("Data may have leaked")
        CERTAIN = "certain", _("Data have leaked")
        NOT_LEAKED = "not_leaked", _("It was no leak")

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="findings")
    standing = models.CharField(max_length=12, choices=Standing)
    intrusion = models.BooleanField(default=False)
    sensitive = models.BooleanField(default=False)
    items = models.TextField(blank=True)
    course = models.TextField(blank=True)
    advice = models.TextField(blank=True)
    measures = models.TextField(blank=True)
    contact = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Affected(models.Model):
    """One person whose data an incident is about: a bare customer number."""

    class How(models.TextChoices):
        LOG = "log", _("By the access log")
        LIST = "list", _("By a list of customer numbers")

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="affected")
    customer = models.BigIntegerField()
    how = models.CharField(max_length=4, choices=How)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "customer"], name="nobody_is_affected_twice_by_an_incident")
        ]


class Decision(models.Model):
    """One thing done or decided about an incident; together the log of it."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("Opened")
        FOUND = "found", _("Wrote down what is known")
        PEOPLE = "people", _("Added people")
        REPORTED = "reported", _("Reported to the authority")
        SPARED = "spared", _("Decided not to report")
        LETTERS = "letters", _("Sent letters")
        POSTED = "posted", _("Posted the notice")
        NOTE = "note", pgettext_lazy("in a log of decisions", "Note")
        CLOSED = "closed", _("Closed")

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="decisions")
    finding = models.ForeignKey(Finding, null=True, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField(blank=True)
    people = models.PositiveIntegerField(null=True)
    law = models.CharField(max_length=20, blank=True)  # the rules it was judged by
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident"], condition=Q(kind="closed"), name="an_incident_is_closed_once"),
            models.CheckConstraint(
                condition=~Q(kind__in=["spared", "note", "closed"], text=""), name="a_decision_says_why"
            ),
        ]
