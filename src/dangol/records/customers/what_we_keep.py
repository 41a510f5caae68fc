"""What the customers' own tables keep, item by item."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.records.customers import fields
from dangol.records.customers.fields import Basis, Care, Feeds, Field, Side
from dangol.records.customers.models import (
    BulkRow,
    ContactPoint,
    Correction,
    Customer,
    Identity,
    PartnerDetail,
    PartyRole,
    SearchCard,
)

BOTH = (Feeds.CUSTOMER_VALUE, Feeds.CUSTOMER_EQUITY)


def register() -> None:
    """Take them into the inventory."""
    _who_it_is()
    _how_to_reach_them()
    fields.technical(Customer, fields.LEADS, "lake_key")
    fields.technical(Customer, fields.FORGOTTEN, "erased_at")
    fields.technical(Identity, fields.LEADS, "customer", "lake_key")
    fields.technical(ContactPoint, fields.LEADS, "customer")
    fields.technical(Correction, fields.LEADS, "customer", "undoes")
    fields.technical(Correction, fields.STAFF, "by")
    fields.technical(BulkRow, fields.LEADS, "change", "customer")
    fields.technical(PartnerDetail, fields.LEADS, "customer", "partner_set")
    fields.technical(PartyRole, fields.LEADS, "customer")
    fields.technical(SearchCard, fields.LEADS, "customer")
    fields.technical(SearchCard, fields.AGAIN, "lines")
    fields.technical(PartyRole, fields.STAFF, "by", "ended_by")


def _who_it_is() -> None:
    fields.register(
        Field(
            "full_name", _("Name"), Customer, "full_name", Side.OF, _("To know who it is, and to address them"),
            Basis.CONTRACT, care=Care.IDENTIFIES, held=("sales",),
            each=True, blocks=_("Messages cannot address them."),
        ),
        Field(
            "external_id", _("Member number"), Identity, "external_id", Side.OF,
            _("To join purchases and contacts to the person"), Basis.CONTRACT, also=("source", "scheme"),
            care=Care.IDENTIFIES, feeds=BOTH, each=True,
            blocks=_("Their purchases belong to nobody, so they have no place on the map."),
        ),
        Field(
            "birth_date", _("Date of birth"), Customer, "birth_date", Side.OF,
            _("Age groups in analyses, and to know a child, whose guardian has to agree"), Basis.CONSENT,
            care=Care.IDENTIFIES, each=True, blocks=_("They are in no age group, and a child is not known to be one."),
        ),
        Field("gender", _("Gender"), Customer, "gender", Side.OF, _("Groups in analyses"), Basis.CONSENT),
        Field(
            "line", _("Line of business"), Customer, "line", Side.OF,
            _("Each line of business is valued by itself, as people buy in each at another rhythm"), Basis.CONTRACT,
            feeds=BOTH, blocks=_("All customers are valued as one line."),
        ),
        Field("unit", _("Shop or dealer"), Customer, "unit", Side.OF, _("Who looks after the person"), Basis.CONTRACT),
        Field(
            "household", _("Household"), Customer, "household", Side.OF, _("Who lives and buys together"),
            Basis.INTEREST,
        ),
        Field(
            "registered_at", _("Registered on"), Customer, "registered_at", Side.OF,
            _("Since when we deal with each other"), Basis.CONTRACT,
        ),
        Field(
            "place", _("District"), Customer, "place", Side.OF, _("To choose and count by district"), Basis.INTEREST,
            each=True, blocks=_("They cannot be chosen by district."),
        ),
        Field(
            "medium", _("How the person came to us"), Customer, "source", Side.OF,
            _("To see which way brings customers who stay"), Basis.INTEREST,
        ),
        Field(
            "came_by", _("Campaign or event they came by"), Customer, "came_by", Side.OF,
            _("To see which campaign or event brings customers who stay"), Basis.INTEREST,
        ),
        Field(
            "occupation", _("Occupation"), Customer, "occupation", Side.OF,
            _("Groups in analyses, and to tell people of the same name apart"), Basis.CONSENT,
        ),
        Field(
            "role", _("What they are to us"), PartyRole, "kind", Side.OF,
            _("To value consumers alone, not those who sell, deliver or work for us"), Basis.INTEREST,
            also=("unit", "since", "until", "at", "ended_at"), feeds=BOTH,
        ),
        Field(
            "correction", _("What was corrected"), Correction, "was", Side.OF,
            _("To show what was corrected, and to take a mistake back"), Basis.LAW,
            also=("became", "entrance_was", "told_by", "way", "sure", "evidence", "at"), care=Care.SEALED, needed=True,
        ),
        Field(
            "bulk_change", _("What was changed for many at once"), BulkRow, "was", Side.OF,
            _("To take back what was done to many customers at once"), Basis.INTEREST, also=("state",), needed=True,
        ),
        Field(
            "attributes", _("Further details"), Customer, "attributes", Side.OF,
            _("Each says below what it is for"), Basis.CONSENT, care=Care.IDENTIFIES, apart=True,
        ),
        Field(
            "partner_details", _("Details from partners"), PartnerDetail, "told", Side.OF,
            _("Each says below what it is for"), Basis.CONSENT, care=Care.IDENTIFIES, apart=True,
        ),
    )  # fmt: skip


def _how_to_reach_them() -> None:
    valid = ("valid_from", "valid_to")
    reach = _("To reach the person about orders; for advertising only with consent")
    fields.register(
        Field(
            "address", _("Address"), Customer, "address", Side.OF, _("To deliver"), Basis.CONTRACT, also=("postcode",),
            care=Care.IDENTIFIES, held=("sales",), each=True, blocks=_("Nothing can be delivered or posted to them."),
        ),
        Field(
            "entrance", _("Code of the front door"), Customer, "entrance_sealed", Side.OF,
            _("To deliver in the early morning"), Basis.CONTRACT, care=Care.SEALED,
        ),
        Field(
            "mobile", _("Mobile number"), ContactPoint, "value", Side.OF, reach, Basis.CONTRACT, also=("tail", *valid),
            only={"kind": "mobile"}, care=Care.IDENTIFIES, held=("sales",),
            each=True, blocks=_("No text message reaches them."),
        ),
        Field(
            "email", pgettext_lazy("contact", "E-mail address"), ContactPoint, "value", Side.OF, reach, Basis.CONTRACT,
            also=valid, only={"kind": "email"}, care=Care.IDENTIFIES, each=True, blocks=_("No e-mail reaches them."),
        ),
        Field(
            "postal", _("Postal address"), ContactPoint, "value", Side.OF, _("To deliver"), Basis.CONTRACT, also=valid,
            only={"kind": "address"}, care=Care.IDENTIFIES,
        ),
    )  # fmt: skip
