"""What partners told of our customers: the data sets, and what each tells of whom."""

import secrets

from django.db import models

from dangol.records.staff.models import User


def new_set_key() -> str:
    """A random key of a data set, by which the destruction ledger knows it: numbers come again after a restore."""
    return secrets.token_hex(16)


class PartnerSet(models.Model):
    """Data of a partner about our customers: whose, which, since when, what for, on which ground, and what proves it.

    `told` are the headings that were taken, in order. Nothing of it is edited but that it ended; its details go then.
    """

    key = models.CharField(max_length=32, unique=True, default=new_set_key)
    partner = models.CharField(max_length=120)
    dataset = models.CharField(max_length=120)
    received_on = models.DateField()
    purpose = models.CharField(max_length=200)
    basis = models.CharField(max_length=10)
    evidence = models.CharField(max_length=300)
    side = models.CharField(max_length=5)
    told = models.JSONField(default=list)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "dataset"], condition=models.Q(ended_at=None), name="one_standing_set_of_a_name"
            ),
            models.CheckConstraint(
                condition=~models.Q(partner="") & ~models.Q(dataset=""), name="partners_data_say_whose_and_which"
            ),
            models.CheckConstraint(condition=~models.Q(purpose=""), name="partners_data_say_what_they_are_for"),
            models.CheckConstraint(condition=~models.Q(evidence=""), name="partners_data_prove_their_ground"),
        ]

    def __str__(self) -> str:
        return f"{self.partner}, {self.dataset}"


class PartnerDetail(models.Model):
    """What one data set tells of one customer: heading → text. It stands beside what they said of themselves."""

    partner_set = models.ForeignKey(PartnerSet, on_delete=models.PROTECT, related_name="details")
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="partner_details")
    told = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner_set", "customer"], name="one_row_of_details_per_set_and_customer")
        ]
