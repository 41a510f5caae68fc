"""Facts, appended and never edited. A mistake is reversed by a new row."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.records.catalog.models import Product
from dangol.records.customers.models import Identity
from dangol.records.ledger.cost_tables import Cost, CostTakenBack, Purpose
from dangol.records.staff.models import Unit, User

__all__ = [
    "Assignment", "Cost", "CostTakenBack", "Delivery", "DeliveryStep", "Interaction", "Loan", "LoanStep", "LoanTitle",
    "Note", "OrderLine", "PointEntry", "Purpose", "Subscription", "SubscriptionStep", "Transaction", "Withholding",
]  # fmt: skip


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


class Subscription(models.Model):
    """Something a person gets again and again from a day on, as it was first told. Money in minor units.

    `price` is what one `period` costs. What becomes of it later are steps.
    """

    class Period(models.TextChoices):
        DAY = "day", pgettext_lazy("period", "A day")
        WEEK = "week", pgettext_lazy("period", "A week")
        MONTH = "month", pgettext_lazy("period", "A month")
        QUARTER = "quarter", pgettext_lazy("period", "Three months")
        HALF_YEAR = "half_year", pgettext_lazy("period", "Half a year")
        YEAR = "year", pgettext_lazy("period", "A year")
        UNKNOWN = "", pgettext_lazy("period", "Not told")

    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="subscriptions", db_index=False)
    source = models.CharField(max_length=40)
    ref = models.CharField(max_length=120)
    at = models.DateTimeField()
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="+")
    description = models.CharField(max_length=200, blank=True)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    quantity = models.DecimalField(max_digits=14, decimal_places=3, default=1)
    price = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    period = models.CharField(max_length=10, choices=Period, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "ref"], name="one_subscription_per_ref")]
        indexes = [models.Index(fields=["identity", "at"])]


class SubscriptionStep(models.Model):
    """What became of a subscription, told once: of two ends, or of two prices, the one that was told last counts."""

    class Kind(models.TextChoices):
        PAUSED = "paused", pgettext_lazy("subscription", "Paused")
        RESUMED = "resumed", pgettext_lazy("subscription", "Goes on")
        ENDED = "ended", pgettext_lazy("subscription", "Ended")
        PRICED = "priced", pgettext_lazy("subscription", "Costs something else")

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    price = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "kind", "at"],
                condition=~Q(kind="priced"),
                name="one_step_of_a_subscription_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["subscription", "price"],
                condition=Q(kind="priced"),
                name="one_step_per_price_of_a_subscription",
            ),
            models.CheckConstraint(
                condition=Q(kind="priced", price__isnull=False) | ~Q(kind="priced") & Q(price=None),
                name="a_new_price_is_told_and_nothing_else_has_one",
            ),
        ]


class Loan(models.Model):
    """One thing lent by a library: of which class, and until when; not which.

    `ref` is a mark made one way, so that nobody can look up whose loan a book was. `item_class` is the first figure of
    its class in KDC, 0 to 9. Which title it was stands apart, for people who asked us to keep it (`LoanTitle`).
    """

    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="loans", db_index=False)
    source = models.CharField(max_length=40)
    ref = models.CharField(max_length=64)
    at = models.DateTimeField()
    item_class = models.CharField(max_length=1, blank=True)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    due = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "ref"], name="one_loan_per_ref"),
            models.CheckConstraint(
                condition=Q(item_class__in=["", *"0123456789"]), name="a_class_of_things_lent_is_one_figure"
            ),
        ]
        indexes = [models.Index(fields=["identity", "at"])]


class LoanStep(models.Model):
    """What became of a loan: its renewals, numbered, each with the new day on which it is due; its return or loss."""

    class Kind(models.TextChoices):
        RENEWED = "renewed", pgettext_lazy("loan", "Renewed")
        RETURNED = "returned", pgettext_lazy("loan", "Returned")
        LOST = "lost", pgettext_lazy("loan", "Lost")

    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="steps", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()
    due = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["loan", "kind", "number"], name="one_step_of_a_loan_per_kind_and_number")
        ]


class LoanTitle(models.Model):
    """Which thing a loan was: kept only while the person wants their reading history kept, and gone when they do not.

    The one row of the ledger that is ever deleted: nobody else's books are known here, lent out or brought back.
    """

    loan = models.OneToOneField(Loan, on_delete=models.CASCADE, related_name="title")
    title = models.CharField(max_length=300)
    item = models.CharField(max_length=120, blank=True)  # the library's own number of the thing


class Delivery(models.Model):
    """One delivery to a person, as it was first told: what, and for which day it was promised.

    `receipt` is the shop's own number of the purchase, as its file has it. What becomes of it are steps.
    """

    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    source = models.CharField(max_length=40)
    ref = models.CharField(max_length=120)
    at = models.DateTimeField()
    receipt = models.CharField(max_length=120, blank=True)
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="+")
    description = models.CharField(max_length=200, blank=True)
    promised = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "ref"], name="one_delivery_per_ref")]
        indexes = [models.Index(fields=["identity", "at"])]


class DeliveryStep(models.Model):
    """What became of a delivery, told once.

    `dated` says whether the file told when, or it counts from the import. `promised` is another day it was promised
    for; `carrier` and `tracking` are who carries it, under which number. `interaction` of the step "late" is the late
    delivery of the ledger that counts it: the one that a file told besides, else one made of it.
    """

    class Kind(models.TextChoices):
        PROMISED = "promised", pgettext_lazy("delivery", "Promised for another day")
        CARRIED = "carried", pgettext_lazy("delivery", "Given to the carrier")
        SHIPPED = "shipped", pgettext_lazy("delivery", "On its way")
        DELAYED = "delayed", pgettext_lazy("delivery", "Delayed")
        DELIVERED = "delivered", pgettext_lazy("delivery", "Delivered")
        RETURNED = "returned", pgettext_lazy("delivery", "Sent back")
        CANCELLED = "cancelled", pgettext_lazy("delivery", "Cancelled")
        LOST = "lost", pgettext_lazy("delivery", "Lost")
        LATE = "late", pgettext_lazy("delivery", "Late")

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="steps", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    dated = models.BooleanField(default=True)
    promised = models.DateField(null=True)
    carrier = models.CharField(max_length=80, blank=True)
    tracking = models.CharField(max_length=80, blank=True)
    interaction = models.OneToOneField("Interaction", null=True, on_delete=models.PROTECT, related_name="late_step")

    class Meta:
        indexes = [models.Index(fields=["delivery", "kind"], name="steps_of_a_delivery")]
        constraints = [
            models.UniqueConstraint(fields=["delivery"], condition=Q(kind="late"), name="a_delivery_is_late_once"),
            models.CheckConstraint(
                condition=Q(interaction=None) | Q(kind="late"), name="only_lateness_is_counted_by_an_interaction"
            ),
        ]


class Interaction(models.Model):
    """One contact that took place, inward or outward, non-monetary.

    `minutes` is the customer's own time; `worth` is what the customer received by it in minor
    units (a gift at cost, a waived fee). `source_ref` is opaque here: who wrote it knows. `campaign`
    is what a file says it answers or belongs to, ours or somebody else's; effects are not measured by it.
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
    campaign = models.CharField(max_length=120, blank=True, default="", db_default="")

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
