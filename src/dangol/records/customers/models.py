"""The people we deal with, the ids they carry, and where to reach them."""

import secrets
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from dangol.records.staff.models import Unit, User
from dangol.records.staff.scope import Scope


def new_lake_key() -> int:
    """A random key that says nothing: erasing it cuts the lake off from the person."""
    return secrets.randbits(62)


class Household(models.Model):
    """Customers who live and buy together."""

    code = models.CharField(max_length=80, unique=True)


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Customers as the reader may see them."""

    def seen_by(self, scope: Scope) -> Self:
        """Those whose owner unit lies within the scope: the one place where rows are kept from somebody."""
        return self.filter(scope.within("unit"))

    def known(self) -> Self:
        """Those who have not been forgotten: an erased customer is an empty row that the ledger points to."""
        return self.filter(erased_at=None)


class Customer(models.Model):
    """A person we deal with; never a login."""

    class Gender(models.TextChoices):
        FEMALE = "f", _("Female")
        MALE = "m", _("Male")
        UNKNOWN = "", _("Unknown")

    full_name = models.CharField(max_length=120, blank=True)
    initials = models.CharField(max_length=120, blank=True, db_index=True)  # 초성, to be found by
    birth_date = models.DateField(null=True)
    gender = models.CharField(max_length=1, choices=Gender, blank=True)
    line = models.SlugField(max_length=40, blank=True)  # line of business; one fit each
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, db_index=False)  # whose customer; see indexes
    household = models.ForeignKey(Household, null=True, on_delete=models.SET_NULL, related_name="members")
    registered_at = models.DateTimeField()
    place = models.CharField(max_length=80, blank=True)  # coarse: the district
    postcode = models.CharField(max_length=10, blank=True)
    address = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=40, blank=True)  # the medium through which the person came
    attributes = models.JSONField(default=dict)
    lake_key = models.BigIntegerField(unique=True, default=new_lake_key)
    entrance_sealed = models.TextField(blank=True, db_default="")  # the code of the front door, for deliveries
    erased_at = models.DateTimeField(null=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["full_name", "id"]),
            models.Index(fields=["line", "full_name", "id"]),
            models.Index(fields=["unit", "erased_at", "full_name", "id"]),
        ]

    def __str__(self) -> str:
        return self.full_name or str(_("Customer %(number)s")) % {"number": self.pk}


class Identity(models.Model):
    """One source's id for a customer. The ledger points here, so merging rewrites no history."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="identities")
    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120)
    lake_key = models.BigIntegerField(unique=True, default=new_lake_key)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="one_identity_per_source_and_id")]


class ContactPoint(models.Model):
    """An address or number, with validity dates."""

    class Kind(models.TextChoices):
        MOBILE = "mobile", _("Mobile")
        EMAIL = "email", _("E-mail")
        ADDRESS = "address", _("Postal address")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contact_points")
    kind = models.CharField(max_length=10, choices=Kind)
    value = models.CharField(max_length=254)
    tail = models.CharField(max_length=4, blank=True, db_index=True)  # last four digits, to be found by
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind", "value"], name="one_contact_point_per_customer_and_value"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="contact_point_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["value"], condition=models.Q(kind="email"), name="people_found_by_email")]


class Correction(models.Model):
    """What somebody changed of a customer by hand: field → value, as it was and as it became.

    A code of the front door is kept sealed as it was; what it became stands with the customer.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="corrections")
    was = models.JSONField()
    became = models.JSONField()
    entrance_was = models.TextField(blank=True, db_default="")
    undoes = models.OneToOneField("self", null=True, on_delete=models.CASCADE, related_name="undone_by")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")  # None: the person themselves
    at = models.DateTimeField()


class FieldCount(models.Model):
    """How far an item of the inventory was filled when it was last counted; `name` is the item's, or `attributes.KEY`.

    Of `rows` rows it is about, `filled` have it; of `everybody`, `people` have it at least once.
    """

    name = models.CharField(max_length=120, unique=True)
    filled = models.BigIntegerField()
    rows = models.BigIntegerField()
    people = models.BigIntegerField()
    everybody = models.BigIntegerField()
    at = models.DateTimeField()


class FieldUse(models.Model):
    """That an item was put to a use, and when last: written where a valuation, a campaign, a list takes it."""

    name = models.CharField(max_length=120)
    use = models.SlugField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "use"], name="one_row_per_item_and_use")]


class StatedAttribute(models.Model):
    """What a further detail is for and on which ground it is kept, said by somebody; the last row of a key counts.

    `partner` names whom it came from, where it was not the customer: then `dataset` says which of their data it is.
    """

    key = models.CharField(max_length=80, db_index=True)
    label = models.CharField(max_length=80)
    side = models.CharField(max_length=5)
    purpose = models.CharField(max_length=200)
    basis = models.CharField(max_length=10)
    partner = models.CharField(max_length=120, blank=True)
    dataset = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(purpose=""), name="a_detail_says_what_it_is_for"),
            models.CheckConstraint(
                condition=models.Q(partner="") | ~models.Q(dataset=""), name="data_of_a_partner_say_which_they_are"
            ),
        ]
