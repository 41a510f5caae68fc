"""The people we deal with, the ids they carry, and where to reach them; what is derived from them and said of them.

What partners tell, what becomes one, what is done to many and which lists are kept stand in files of their own.
"""

import secrets
from typing import Self

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.lib import phones
from dangol.records.customers.bulk_tables import BulkChange, BulkRow
from dangol.records.customers.merge_tables import Absorbed, Belonging, Merge, NeverSame, Parked
from dangol.records.customers.partner_tables import PartnerDetail, PartnerSet, new_set_key
from dangol.records.customers.schemes import Scheme
from dangol.records.customers.view_tables import SavedView, UsualView
from dangol.records.staff.models import Unit, User
from dangol.records.staff.on_behalf import OTHERS, OnBehalf, Sure, Way, Who
from dangol.records.staff.scope import Scope

__all__ = [
    "Absorbed", "Belonging", "BulkChange", "BulkRow", "ContactPoint", "Correction", "Customer", "CustomerQuerySet",
    "FieldCount", "FieldUse", "Household", "Identity", "Membership", "Merge", "NeverSame", "Parked", "PartnerDetail",
    "PartnerSet", "PartyRole", "SavedView", "SearchCard", "SearchTerm", "StatedAttribute", "UsualView",
    "new_lake_key", "new_set_key",
]  # fmt: skip


def new_lake_key() -> int:
    """A random key that says nothing: erasing it cuts the lake off from the person."""
    return secrets.randbits(62)


class Household(models.Model):
    """Customers who live and buy together; `name` is what the staff call them."""

    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=80, blank=True, default="", db_default="")

    def __str__(self) -> str:
        return self.name or self.code


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Customers as the reader may see them."""

    def seen_by(self, scope: Scope) -> Self:
        """Those whose owner unit lies within the scope: the one place where rows are kept from somebody."""
        return self.filter(scope.within("unit"))

    def known(self) -> Self:
        """Those who stand for somebody: an erased customer is an empty row that the ledger points to, and one who was
        found to be another is a row that points to the one that is kept.
        """
        return self.filter(erased_at=None, merged_into=None)


class Customer(models.Model):
    """A person we deal with, or an organisation; never a login.

    `merged_into`: the customer who was found to be the same and stands for both. The row stays as it was, so that the
    merge can be taken back.
    """

    class Kind(models.TextChoices):
        PERSON = "person", pgettext_lazy("customer", "Person")
        ORGANISATION = "organisation", pgettext_lazy("customer", "Organisation")

    class Gender(models.TextChoices):
        FEMALE = "f", _("Female")
        MALE = "m", _("Male")
        UNKNOWN = "", _("Unknown")

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PERSON, db_default=Kind.PERSON)
    full_name = models.CharField(max_length=120, blank=True)
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
    # The campaign, event or advertisement by which they registered.
    came_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    occupation = models.CharField(max_length=80, blank=True, default="", db_default="")
    attributes = models.JSONField(default=dict)
    lake_key = models.BigIntegerField(unique=True, default=new_lake_key)
    entrance_sealed = models.TextField(blank=True, db_default="")  # the code of the front door, for deliveries
    erased_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="absorbed", db_index=False
    )

    objects = CustomerQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["full_name", "id"]),
            models.Index(fields=["line", "full_name", "id"]),
            models.Index(fields=["unit", "erased_at", "full_name", "id"]),
            models.Index(
                fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="absorbed_customers"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or str(_("Customer %(number)s")) % {"number": self.pk}


class Identity(models.Model):
    """One source's id for a customer. The ledger points here, so merging rewrites no history.

    `source` is "" where the scheme means the same whoever says it (a phone number, an e-mail address).
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="identities")
    source = models.CharField(max_length=40)
    scheme = models.CharField(max_length=10, choices=Scheme, default=Scheme.CUSTOMER, db_default=Scheme.CUSTOMER)
    external_id = models.CharField(max_length=120)
    lake_key = models.BigIntegerField(unique=True, default=new_lake_key)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "scheme", "external_id"], name="one_identity_per_source_scheme_and_id"
            )
        ]


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
    # Where a merge decided until when it is valid: when, and what stood there before.
    settled_at = models.DateTimeField(null=True)
    own_valid_to = models.DateTimeField(null=True)

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
            models.Index(Lower("value"), condition=models.Q(kind="email"), name="people_found_by_small_email"),
            models.Index(fields=["value"], condition=models.Q(kind="mobile"), name="people_found_by_mobile"),
        ]

    @property
    def may_expire(self) -> bool:
        """Whether it is a safe number of a marketplace: until when it works is not known."""
        return self.kind == self.Kind.MOBILE and phones.is_safe_number(self.value)


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


class SearchCard(models.Model):
    """All a customer is found by, line by line (search_terms.py); none for whoever was forgotten.

    Derived, in the transaction of every change: search_index.py alone writes it.
    """

    customer = models.OneToOneField(
        Customer, on_delete=models.PROTECT, primary_key=True, related_name="search_card", db_index=False
    )
    lines = models.TextField(blank=True)


class SearchTerm(models.Model):
    """One term of a card. The table is its own index: sorted by term as bytes are, on every engine.

    `customer_id` is no key that the database checks, fourteen times a customer: the card is, and goes with its terms.
    """

    pk = models.CompositePrimaryKey("term", "customer_id")
    term = models.TextField()
    customer_id = models.BigIntegerField()


class Membership(models.Model):
    """Whom we deal with in an organisation, in which role, from when to when. Only the end is written later."""

    organisation = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    person = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=80, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"], condition=models.Q(until=None), name="one_standing_membership"
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="a_membership_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~models.Q(organisation=models.F("person")), name="nobody_is_a_contact_of_themselves"
            ),
        ]
