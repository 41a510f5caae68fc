"""What passed between us, item by item."""

from django.utils.translation import gettext_lazy as _

from dangol.records.customers import fields
from dangol.records.customers.fields import Basis, Care, Feeds, Field, Side
from dangol.records.ledger.models import Assignment, Interaction, Note, OrderLine, PointEntry, Transaction, Withholding

VALUE, EQUITY = (Feeds.CUSTOMER_VALUE,), (Feeds.CUSTOMER_EQUITY,)


def register() -> None:
    """Take them into the inventory."""
    _purchases()
    _contacts()
    _campaigns()
    for model, columns in (
        (Transaction, ("identity",)), (OrderLine, ("transaction",)), (PointEntry, ("identity",)),
        (Interaction, ("identity",)), (Note, ("interaction", "strikes")), (Assignment, ("identity",)),
        (Withholding, ("identity",)),
    ):  # fmt: skip
        fields.technical(model, fields.LEADS, *columns)
    fields.technical(Transaction, fields.ONCE, "source")
    fields.technical(OrderLine, fields.ONCE, "position")
    fields.technical(PointEntry, fields.ONCE, "source", "ref")
    fields.technical(Interaction, fields.ONCE, "source_ref")
    fields.technical(Note, fields.STAFF, "by")


def _purchases() -> None:
    sold = _("To deliver, to take back, and to know what the relationship is worth")
    fields.register(
        Field(
            "purchase", _("Purchases"), Transaction, "amount", Side.OF, sold, Basis.CONTRACT,
            also=("receipt", "at", "unit", "channel", "currency", "reverses"), held=("sales",), feeds=EQUITY,
            each=True, blocks=_("They cannot be valued for the company, and do not stand on the map."),
        ),
        Field(
            "goods", _("What was bought"), OrderLine, "product", Side.OF, sold, Basis.CONTRACT,
            either=("description",), also=("quantity", "amount", "at"), held=("sales",),
            each=True, blocks=_("Nothing is known of their tastes: no goods can be proposed."),
        ),
        Field(
            "discount", _("Discounts received"), OrderLine, "price_discount", Side.FOR,
            _("What a purchase gave the customer"), Basis.CONTRACT, either=("coupon_discount", "match_discount"),
            held=("sales",), feeds=VALUE, blocks=_("Economic value counts no discounts."),
        ),
        Field(
            "fee", _("Fees paid"), OrderLine, "fee", Side.OF, _("What a purchase cost the customer besides"),
            Basis.CONTRACT, held=("sales",), feeds=VALUE, blocks=_("Relationship cost counts no fees."),
        ),
        Field(
            "points", _("Points"), PointEntry, "amount", Side.FOR, _("To keep the customer's account of points"),
            Basis.CONTRACT, also=("kind", "at"), feeds=VALUE, blocks=_("Economic value counts no points."),
        ),
    )  # fmt: skip


def _contacts() -> None:
    when = ("kind", "at", "touchpoint")
    fields.register(
        Field(
            "said", _("What the customer told us"), Interaction, "text", Side.BY,
            _("To answer complaints and questions, and to learn from them"), Basis.CONTRACT, also=when,
            only={"direction": "in"}, care=Care.IDENTIFIES, held=("complaints",),
            blocks=_("Nobody knows what customers complain about."),
        ),
        Field(
            "sent", _("What we told the customer"), Interaction, "text", Side.FOR,
            _("To know what reached whom, and not to write too often"), Basis.INTEREST, also=when,
            only={"direction": "out"}, held=("advertising",),
        ),
        Field(
            "gift", _("Worth of gifts and events"), Interaction, "worth", Side.FOR,
            _("What the relationship gave the customer besides purchases"), Basis.INTEREST, feeds=VALUE,
            blocks=_("Economic value counts no gifts."),
        ),
        Field(
            "minutes", _("Time it took the customer"), Interaction, "minutes", Side.OF,
            _("What the relationship cost the customer"), Basis.INTEREST, feeds=VALUE,
            blocks=_("Relationship cost counts no time."),
        ),
        Field(
            "note", _("Notes of our staff"), Note, "sealed", Side.OF, _("To serve the person better next time"),
            Basis.INTEREST, care=Care.SEALED,
        ),
    )  # fmt: skip


def _campaigns() -> None:
    fields.register(
        Field(
            "arm", _("Campaigns drawn for, or held out of"), Assignment, "arm", Side.OF,
            _("To measure what a campaign changes, and to tell the person why they got something"), Basis.INTEREST,
            also=("source_ref", "salt", "at"), blocks=_("No effect can be measured."),
        ),
        Field(
            "withheld", _("Messages not sent, and why"), Withholding, "reason", Side.OF,
            _("To show that nobody was written to against the law or their wish"), Basis.LAW,
            also=("source_ref", "pack", "at"), needed=True,
        ),
    )  # fmt: skip
