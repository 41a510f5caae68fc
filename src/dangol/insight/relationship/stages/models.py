"""The course of a relationship: one row a change, with its day and its reason."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.insight.analysis.models import Run
from dangol.records.customers.models import Customer


class Track(models.TextChoices):
    STAGE = "stage", pgettext_lazy("relationship", "Stage")
    CYCLE = "cycle", _("Life cycle")


class State(models.TextChoices):
    """Where somebody stands. The first five are stages (Dwyer, Schurr and Oh 1987), the others of the life cycle."""

    AWARENESS = "awareness", pgettext_lazy("stage", "Awareness")
    EXPLORATION = "exploration", pgettext_lazy("stage", "Exploration")
    EXPANSION = "expansion", pgettext_lazy("stage", "Expansion")
    COMMITMENT = "commitment", pgettext_lazy("stage", "Commitment")
    ENDED = "ended", pgettext_lazy("stage", "Ended")
    NEW = "new", pgettext_lazy("life cycle", "New")
    KEPT = "kept", pgettext_lazy("life cycle", "Kept")
    GROWING = "growing", pgettext_lazy("life cycle", "Growing")
    QUIET = "quiet", pgettext_lazy("life cycle", "Quiet")
    LIFELONG = "lifelong", pgettext_lazy("life cycle", "Lifelong")
    LOST = "lost", pgettext_lazy("life cycle", "Lost")
    WON_BACK = "won_back", pgettext_lazy("life cycle", "Won back")


STAGES = (State.AWARENESS, State.EXPLORATION, State.EXPANSION, State.COMMITMENT, State.ENDED)
CYCLE = (State.NEW, State.KEPT, State.GROWING, State.QUIET, State.LIFELONG, State.LOST, State.WON_BACK)
OF_TRACK = {Track.STAGE: STAGES, Track.CYCLE: CYCLE}


class Reason(models.TextChoices):
    REGISTERED = "registered", _("Came on record")
    FIRST = "first", _("First purchase")
    SEVERAL = "several", _("Several purchases over several categories")
    STEADY = "steady", _("Steady for long")
    SILENT = "silent", _("Silent longer than their rhythm allows")
    BACK = "back", _("Bought again after being lost")
    AGAIN = "again", _("Bought again")
    MORE = "more", _("Spends more than before")
    NO_MORE = "no_more", _("No longer spends more than before")
    AWAKE = "awake", _("Bought again after being quiet")


class Step(models.Model):
    """A state somebody was in from `since` until the day before `until`; until None: it stands.

    purchases: since the relationship began, or began anew; days: of silence, or since it began; measure: categories,
    usual days between purchases or hundredths more spent, by the reason. run: the evaluation that found it so.
    """

    # No index of its own: the constraint begins with the customer, and runs that stand are never deleted.
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="steps", db_index=False)
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    track = models.CharField(max_length=8, choices=Track)
    state = models.CharField(max_length=12, choices=State)
    since = models.DateField()
    until = models.DateField(null=True)
    reason = models.CharField(max_length=12, choices=Reason)
    purchases = models.PositiveIntegerField(default=0)
    days = models.PositiveIntegerField(default=0)
    measure = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "track", "since"], name="one_step_a_day_and_track"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gt=models.F("since")), name="a_step_lasts_a_day"
            ),
        ]
        indexes = [models.Index(fields=["track", "until", "state"])]
