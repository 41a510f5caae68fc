"""Facts, appended and never edited. A mistake is reversed by a new row."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dangol.records.catalog.models import Product
from dangol.records.customers.models import Identity
from dangol.records.staff.models import Unit, User


class Transaction(models.Model):
    """One purchase, return or cancellation, with its time. Money in minor units.

    `amount` is what was received (negative when returned) and equals the sum of its lines.
    Without an identity it is an anonymous sale, which counts in revenue.
    """

    # No index of their own for keys that lead another index: each would slow every import.
    identity = models.ForeignKey(
        Identity, null=True, on_delete=models.PROTECT, related_name="transactions", db_index=False
    )
    source = models.CharField(max_length=40)
    receipt = models.CharField(max_length=120)
    at = models.DateTimeField()
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT)
    channel = models.CharField(max_length=40, blank=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "receipt"], name="one_transaction_per_receipt")]
        indexes = [models.Index(fields=["identity", "at"])]


class OrderLine(models.Model):
    """One product, quantity and amount within a transaction. Money in minor units.

    `amount` was received; the three discounts were given on top, and are negative where goods that
    were given cheaper come back; `fee` is the part of `amount` that is a delivery or membership fee.
    """

    transaction = models.ForeignKey(Transaction, on_delete=models.PROTECT, related_name="lines", db_index=False)
    position = models.PositiveIntegerField()
    at = models.DateTimeField()
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT)
    description = models.CharField(max_length=200, blank=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    amount = models.BigIntegerField()
    price_discount = models.BigIntegerField(default=0)
    coupon_discount = models.BigIntegerField(default=0)
    match_discount = models.BigIntegerField(default=0)
    fee = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transaction", "position"], name="one_line_per_position"),
            models.CheckConstraint(
                condition=Q(price_discount__gte=0, coupon_discount__gte=0, match_discount__gte=0)
                | Q(quantity__lte=0)
                | Q(amount__lt=0),
                name="discounts_are_taken_back_only_with_what_they_were_given_on",
            ),
        ]


class PointEntry(models.Model):
    """Points granted, redeemed or expired, at their worth in minor units (always positive)."""

    class Kind(models.TextChoices):
        GRANTED = "granted", _("Granted")
        REDEEMED = "redeemed", _("Redeemed")
        EXPIRED = "expired", _("Expired")

    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="points")
    source = models.CharField(max_length=40)
    ref = models.CharField(max_length=120)
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "ref"], name="one_point_entry_per_ref"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="points_are_not_negative"),
        ]


class Interaction(models.Model):
    """One contact that took place, inward or outward, non-monetary.

    `minutes` is the customer's own time; `worth` is what the customer received by it in minor
    units (a gift at cost, a waived fee). `source_ref` is opaque here: who wrote it knows.
    """

    class Direction(models.TextChoices):
        IN = "in", _("Inward")
        OUT = "out", _("Outward")

    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="interactions", db_index=False)
    source_ref = models.CharField(max_length=160)
    kind = models.CharField(max_length=40)
    direction = models.CharField(max_length=3, choices=Direction)
    at = models.DateTimeField()
    touchpoint = models.CharField(max_length=40, blank=True)
    text = models.TextField(blank=True)
    minutes = models.FloatField(default=0)
    worth = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["identity", "kind", "source_ref"], name="one_interaction_per_identity_kind_and_source"
            ),
            models.CheckConstraint(condition=Q(minutes__gte=0), name="minutes_are_not_negative"),
        ]
        indexes = [models.Index(fields=["identity", "at"])]


class Note(models.Model):
    """What makes an interaction of kind "note" one of our own: who wrote it, and which earlier one it strikes.

    A text that is marked sensitive stands here, sealed, and not with the interaction.
    """

    KIND = "note"

    interaction = models.OneToOneField(Interaction, on_delete=models.PROTECT, related_name="note")
    sealed = models.TextField(blank=True, db_default="")
    strikes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="struck_by")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")


class Assignment(models.Model):
    """One identity's arm in one campaign, including "held out": what was planned, never edited."""

    class Arm(models.TextChoices):
        TREATED = "treated", _("Treated")
        HELD_OUT = "held_out", _("Held out")

    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="assignments", db_index=False)
    source_ref = models.CharField(max_length=160)
    arm = models.CharField(max_length=10, choices=Arm)
    salt = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["identity", "source_ref"], name="one_assignment_per_identity_per_source")
        ]
        indexes = [models.Index(fields=["source_ref", "arm"])]


class Withholding(models.Model):
    """One message not sent to one person, with its reason code and the rules it was judged by (id and version)."""

    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="withholdings", db_index=False)
    source_ref = models.CharField(max_length=160)
    reason = models.CharField(max_length=40)
    pack = models.CharField(max_length=40, blank=True, db_default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["identity", "source_ref"], name="one_withholding_per_identity_per_source")
        ]
        indexes = [models.Index(fields=["source_ref", "reason"])]
