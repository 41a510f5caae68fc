"""A portfolio that was taken over, each customer it was taken over for, and where they stood at the end of a month."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.movement.models import Snapshot
from dangol.records.customers.models import Customer


class Move(models.TextChoices):
    """What is meant to happen (Park and Kim, figure 3)."""

    SELL = "A_B", _("A → B: sell more to who gets more")
    CARE = "C_D", _("C → D: care for who gives more")
    UP = "up", _("In balance: up along the line")


class Takeover(models.Model):
    """Programmes of one portfolio that somebody acted on, under one mark of the ledger. Never edited.

    portfolio: the run that recommended; null: let go of since. yardstick: by what places were measured. programmes:
    code → names, and `money_a_point`: so much money of the customer is a point of customer value (null: nobody knows).
    """

    source_ref = models.CharField(max_length=80, unique=True)
    portfolio = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="+")
    yardstick = models.CharField(max_length=16)
    programmes = models.JSONField(default=dict)
    at = models.DateTimeField()


class Followed(models.Model):
    """One customer of a takeover: treated or held out, where they stood (0–100), and where they are to be led.

    The target is the nearest place in the band, to the right of A and above C; who is in balance is to lose neither.
    """

    # No index of their own: the constraint begins with the customer, the index with the takeover.
    takeover = models.ForeignKey(Takeover, on_delete=models.CASCADE, related_name="followed", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    treated = models.BooleanField()
    programme = models.CharField(max_length=40)
    move = models.CharField(max_length=3, choices=Move)
    customer_value = models.FloatField()
    customer_equity = models.FloatField()
    target_value = models.FloatField()
    target_equity = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "takeover"], name="one_followed_per_customer_and_takeover")
        ]
        indexes = [
            models.Index(fields=["takeover", "customer"], name="followed_by_takeover"),
            # They are counted at each look: of very many out of this index alone.
            models.Index(fields=["takeover", "programme", "treated", "move"], name="followed_counted"),
        ]


class FollowUp(models.Model):
    """Where those of a takeover stood at the end of one month after it, as `outcome` counts it. Never edited."""

    takeover = models.ForeignKey(Takeover, on_delete=models.CASCADE, related_name="follow_ups", db_index=False)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="+")
    summary = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["takeover", "snapshot"], name="one_follow_up_per_takeover_and_snapshot")
        ]
