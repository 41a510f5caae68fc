"""The people we deal with, the ids they carry, and where to reach them."""

import secrets
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.records.staff.models import Unit, User
from dangol.records.staff.on_behalf import OTHERS, OnBehalf, Sure, Way, Who
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
        indexes = [
            models.Index(fields=["value"], condition=models.Q(kind="email"), name="people_found_by_email"),
            models.Index(fields=["value"], condition=models.Q(kind="mobile"), name="people_found_by_mobile"),
        ]


class Correction(models.Model):
    """What somebody changed of a customer by hand: field → value, as it was and as it became.

    A code of the front door is kept sealed as it was; what it became stands with the customer. Where somebody asked for
    it, `told_by` says who, `way` how it reached us, `sure` how it was made sure who that is, and `evidence` where the
    paper of somebody else can be seen again; `told_by` is "" where the staff found it out themselves.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="corrections")
    was = models.JSONField()
    became = models.JSONField()
    entrance_was = models.TextField(blank=True, db_default="")
    undoes = models.OneToOneField("self", null=True, on_delete=models.CASCADE, related_name="undone_by")
    told_by = models.CharField(max_length=10, choices=Who, blank=True, default="", db_default="")
    way = models.CharField(max_length=10, choices=Way, blank=True, default="", db_default="")
    sure = models.CharField(max_length=10, choices=Sure, blank=True, default="", db_default="")
    evidence = models.CharField(max_length=200, blank=True, default="", db_default="")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")  # None: the person themselves
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(told_by="", way="", sure="", evidence="")
                | ~models.Q(told_by="") & ~models.Q(way=""),
                name="a_correction_for_somebody_says_how_it_came",
            ),
            models.CheckConstraint(
                condition=models.Q(told_by="") | ~models.Q(sure=""),
                name="a_correction_for_somebody_says_how_they_were_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(told_by__in=OTHERS)
                | models.Q(sure=Sure.REQUEST)
                | models.Q(sure=Sure.PAPERS) & ~models.Q(evidence=""),
                name="whoever_acts_for_a_customer_shows_a_paper",
            ),
        ]

    @property
    def on_behalf(self) -> OnBehalf | None:
        """On whose word it was made; None where the staff found it out themselves, or the person did it."""
        return OnBehalf(self.told_by, self.way, self.sure, self.evidence) if self.told_by else None


class PartyRole(models.Model):
    """What a person is to the business for a time: buys from it, helps it sell or deliver, or works in it.

    `since` is the first day of it, `until` the first day on which it is so no longer. Only the end is written later.
    """

    class Kind(models.TextChoices):
        CONSUMER = "consumer", _("Buys for themselves")
        DEALER = "dealer", pgettext_lazy("person", "Dealer")
        DELIVERY = "delivery", _("Delivers for us")
        SUPPLIER = "supplier", _("Supplies us")
        STAFF = "staff", _("Works for us")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="party_roles")
    kind = models.CharField(max_length=10, choices=Kind)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")  # the dealer or shop
    since = models.DateField()
    until = models.DateField(null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind"], condition=models.Q(until=None), name="one_standing_role_of_a_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="a_role_ends_after_it_begins",
            ),
        ]


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
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="partner_details")
    told = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner_set", "customer"], name="one_row_of_details_per_set_and_customer")
        ]
