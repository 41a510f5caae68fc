"""What passed between us, item by item."""

from django.utils.translation import gettext_lazy as _

from dangol.records.customers import fields
from dangol.records.customers.fields import Basis, Care, Feeds, Field, Side
from dangol.records.ledger.models import (
    Assignment,
    Delivery,
    DeliveryStep,
    Interaction,
    Loan,
    LoanStep,
    LoanTitle,
    Note,
    OrderLine,
    PointEntry,
    Subscription,
    SubscriptionStep,
    Transaction,
    Withholding,
)

VALUE, EQUITY = (Feeds.CUSTOMER_VALUE,), (Feeds.CUSTOMER_EQUITY,)


def register() -> None:
    """Take them into the inventory."""
    _purchases()
    _contacts()
    _campaigns()
    _subscriptions()
    _loans()
    _deliveries()
    for model, columns in (
        (Transaction, ("identity",)), (OrderLine, ("transaction",)), (PointEntry, ("identity",)),
        (Interaction, ("identity",)), (Note, ("interaction", "strikes")), (Assignment, ("identity",)),
        (Withholding, ("identity",)), (Subscription, ("identity",)), (SubscriptionStep, ("subscription",)),
        (Loan, ("identity",)), (LoanStep, ("loan",)), (LoanTitle, ("loan",)),
        (Delivery, ("identity",)), (DeliveryStep, ("delivery", "interaction")),
    ):  # fmt: skip
        fields.technical(model, fields.LEADS, *columns)
    fields.technical(Transaction, fields.ONCE, "source")
    fields.technical(OrderLine, fields.ONCE, "position")
    fields.technical(PointEntry, fields.ONCE, "source", "ref")
    fields.technical(Interaction, fields.ONCE, "source_ref")
    fields.technical(Note, fields.STAFF, "by")
    fields.technical(Subscription, fields.ONCE, "source", "ref")
    fields.technical(Loan, fields.ONCE, "source", "ref")
    fields.technical(LoanStep, fields.ONCE, "number")
    fields.technical(Delivery, fields.ONCE, "source", "ref")


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
    when = ("kind", "at", "touchpoint", "campaign")
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


def _subscriptions() -> None:
    fields.register(
        Field(
            "subscription", _("Subscriptions"), Subscription, "product", Side.OF,
            _("To deliver, and to know who gets something again and again"), Basis.CONTRACT, either=("description",),
            also=("at", "unit", "quantity", "price", "currency", "period"), held=("sales",),
            blocks=_("Nobody sees who has a contract with us, or when it ends."),
        ),
        Field(
            "subscription_step", _("What became of a subscription"), SubscriptionStep, "kind", Side.OF,
            _("To know when somebody left, and why"), Basis.CONTRACT, also=("at", "price", "reason"), held=("sales",),
            blocks=_("Nobody sees who left, and why."),
        ),
    )  # fmt: skip


def _loans() -> None:
    fields.register(
        Field(
            "loan", _("Loans, by class"), Loan, "item_class", Side.OF,
            _("To know how much the library is used, and for what"), Basis.CONTRACT, also=("at", "unit", "due"),
            blocks=_("Use of the library cannot be counted by class."),
        ),
        Field(
            "loan_step", _("Renewals and returns"), LoanStep, "kind", Side.OF,
            _("To know what is still lent out"), Basis.CONTRACT, also=("at", "due"),
        ),
        Field(
            "reading_history", _("Titles borrowed"), LoanTitle, "title", Side.OF,
            _("For whoever wants their reading history kept, and for nobody else"), Basis.CONSENT, also=("item",),
            care=Care.IDENTIFIES,
        ),
    )  # fmt: skip


def _deliveries() -> None:
    fields.register(
        Field(
            "delivery", _("Deliveries"), Delivery, "product", Side.FOR,
            _("To say what is on its way, and to whom a day was promised"), Basis.CONTRACT,
            either=("description",), also=("at", "receipt", "promised"), held=("sales",),
            blocks=_("Nobody sees what is on its way to whom."),
        ),
        Field(
            "delivery_step", _("What became of a delivery"), DeliveryStep, "kind", Side.FOR,
            _("To know what came late, and to answer who asks where it is"), Basis.CONTRACT,
            also=("at", "dated", "promised", "carrier", "tracking"), held=("sales",), feeds=VALUE,
            blocks=_("Relationship cost counts only those late deliveries that contacts tell of."),
        ),
    )  # fmt: skip
