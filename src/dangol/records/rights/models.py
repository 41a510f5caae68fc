"""Demands, the steps each took, what a person looked at again, and what was destroyed."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.records.customers.models import Customer
from dangol.records.staff.models import User
from dangol.records.staff.on_behalf import OnBehalf, Sure, Who


class Request(models.Model):
    """One thing somebody demanded of us about their data.

    `wish` is what they said; `changes` is, of a correction, what was and what is: column → [before, after].
    `due_on` is the last day by law as of the intake; delays are steps.
    """

    class Kind(models.TextChoices):
        SEE = "see", _("See their data")
        CORRECT = "correct", _("Correct their data")
        STOP = "stop", _("Stop using their data")
        ERASE = "erase", _("Be forgotten")
        EXPLAIN = "explain", _("Have a decision explained")
        OBJECT = "object", _("Object to automated decisions")

    class Way(models.TextChoices):
        WEB = "web", _("On the web")
        PHONE = "phone", _("By phone")
        COUNTER = "counter", _("At the counter")
        MAIL = "mail", _("By letter or e-mail")

    class By(models.TextChoices):
        SELF = "self", _("Themselves")
        GUARDIAN = "guardian", _("Their legal guardian")
        AGENT = "agent", _("Somebody they authorised")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=10, choices=Kind)
    way = models.CharField(max_length=10, choices=Way)
    asked_by = models.CharField(max_length=10, choices=By, default=By.SELF)
    language = models.CharField(max_length=2, default="ko")
    wish = models.TextField(blank=True)
    changes = models.JSONField(default=dict)
    received_at = models.DateTimeField(db_index=True)
    due_on = models.DateField()
    taken_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=["see", "correct", "stop", "erase", "explain", "object"]),
                name="a_request_is_of_a_known_kind",
            )
        ]

    def on_behalf(self, *, sure: bool) -> OnBehalf:
        """On whose word staff do what they do about it; sure: whether it was made sure who asks."""
        who = Who.PERSON.value if self.asked_by == self.By.SELF else self.asked_by
        return OnBehalf(who, self.way, Sure.REQUEST if sure else "")


class Step(models.Model):
    """One change of state of a request: who, when, what. The last one tells how it stands.

    `note`: how it was made sure who asks, or why it was put off or refused; `until`: the new last day; `subject` and
    `letter`: what the person was told; `sent`: by which channel, "" where it was given on paper.
    """

    class State(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("request", "Received")
        CHECKED = "checked", _("Identity made sure")
        DELAYED = "delayed", _("Put off")
        DONE = "done", pgettext_lazy("request", "Done")
        REFUSED = "refused", pgettext_lazy("request", "Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    CLOSING = (State.DONE, State.REFUSED, State.WITHDRAWN)

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=10, choices=State)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.TextField(blank=True)
    until = models.DateField(null=True)
    subject = models.CharField(max_length=200, blank=True)
    letter = models.TextField(blank=True)
    sent = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(state__in=["done", "refused", "withdrawn"]),
                name="a_request_is_closed_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="delayed") | Q(until__isnull=False), name="a_delay_says_until_when"
            ),
        ]  # fmt: skip


class Review(models.Model):
    """An automated decision that a person of the staff looked at again, and what they found.

    `decision` names the kind (region, campaign, offer), `subject` opaquely which one.
    """

    class Outcome(models.TextChoices):
        STANDS = "stands", _("It stands")
        CHANGED = "changed", _("Decided anew by a person")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="reviews")
    request = models.ForeignKey(Request, null=True, on_delete=models.PROTECT, related_name="reviews")
    decision = models.CharField(max_length=40)
    subject = models.CharField(max_length=160, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome)
    words = models.TextField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()


class Destruction(models.Model):
    """One erasure of a person, one run of the retention rules, or the end of a partner's data: what went, in counts
    alone. Never edited.

    `customer_number` and `identity_numbers` are keys of emptied rows; `mark` is what tells the same person or data set
    in a backup that is brought back; `digest` chains the rows and stands in the file beside the records too.
    """

    class Kind(models.TextChoices):
        ERASURE = "erasure", _("A person was forgotten")
        RETENTION = "retention", _("Terms ran out")
        ALLIANCE = "alliance", _("A partner's data ended")

    kind = models.CharField(max_length=10, choices=Kind)
    customer_number = models.BigIntegerField(null=True, db_index=True)
    identity_numbers = models.JSONField(default=list)
    mark = models.CharField(max_length=64, blank=True)
    tables = models.JSONField(default=dict)
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    digest = models.CharField(max_length=64, unique=True)
