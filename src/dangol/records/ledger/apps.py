"""Registers how ledger facts are exported and erased."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "dangol.records.ledger"

    def ready(self) -> None:
        from dangol.lib import sealing
        from dangol.records.customers import duties, keeping
        from dangol.records.ledger import bought_columns, what_we_keep
        from dangol.records.ledger import models as ledger

        owner, of_sale = "identity__customer", "transaction__identity__customer"
        key = {"identity": keeping.KEY, "at": keeping.WHEN}
        drawn = {**key, "source_ref": keeping.ONCE}
        duties.register(duties.PersonalTable(
            ledger.Transaction, owner,
            duties.blank_but(ledger.Transaction, owner, keeps={
                **key, "source": keeping.CODE, "receipt": keeping.ONCE, "unit": keeping.CODE, "channel": keeping.CODE,
                "amount": keeping.BOOKS, "currency": keeping.CODE, "reverses": keeping.BOOKS,
            }),
        ))  # fmt: skip
        money = ("amount", "price_discount", "coupon_discount", "match_discount", "fee", "quantity", "product")
        duties.register(duties.PersonalTable(
            ledger.OrderLine, of_sale,
            duties.blank_but(ledger.OrderLine, of_sale, keeps={
                "transaction": keeping.KEY, "position": keeping.ONCE, "at": keeping.WHEN,
                **dict.fromkeys(money, keeping.BOOKS),
            }),
        ))  # fmt: skip
        duties.register(duties.PersonalTable(
            ledger.PointEntry, owner,
            duties.blank_but(ledger.PointEntry, owner, keeps={
                **key, "source": keeping.CODE, "ref": keeping.ONCE, "kind": keeping.CODE, "amount": keeping.BOOKS,
            }),
        ))  # fmt: skip
        duties.register(duties.PersonalTable(
            ledger.Subscription, owner,
            duties.blank_but(ledger.Subscription, owner, keeps={
                **key, "source": keeping.CODE, "ref": keeping.ONCE, "unit": keeping.CODE, "product": keeping.BOOKS,
                "quantity": keeping.BOOKS, "price": keeping.BOOKS, "currency": keeping.CODE, "period": keeping.CODE,
            }),
        ))  # fmt: skip
        of_subscription = "subscription__identity__customer"
        duties.register(duties.PersonalTable(
            ledger.SubscriptionStep, of_subscription,
            duties.blank_but(ledger.SubscriptionStep, of_subscription, keeps={
                "subscription": keeping.KEY, "kind": keeping.CODE, "at": keeping.WHEN, "price": keeping.BOOKS,
            }),
        ))  # fmt: skip
        duties.register(duties.PersonalTable(
            ledger.Loan, owner,
            duties.blank_but(ledger.Loan, owner, keeps={
                **key, "source": keeping.CODE, "ref": keeping.ONCE, "item_class": keeping.CODE, "unit": keeping.CODE,
                "due": keeping.WHEN,
            }),
            hidden=frozenset({"ref"}),
        ))  # fmt: skip
        of_loan = "loan__identity__customer"
        duties.register(duties.PersonalTable(
            ledger.LoanStep, of_loan,
            duties.blank_but(ledger.LoanStep, of_loan, keeps={
                "loan": keeping.KEY, "kind": keeping.CODE, "number": keeping.BOOKS, "at": keeping.WHEN,
                "due": keeping.WHEN,
            }),
        ))  # fmt: skip
        duties.register(duties.PersonalTable(
            ledger.LoanTitle, of_loan, duties.delete_rows(ledger.LoanTitle, of_loan)
        ))  # fmt: skip
        duties.register(duties.PersonalTable(
            ledger.Delivery, owner,
            duties.blank_but(ledger.Delivery, owner, keeps={
                **key, "source": keeping.CODE, "ref": keeping.ONCE, "product": keeping.BOOKS, "promised": keeping.WHEN,
            }),
        ))  # fmt: skip
        of_delivery = "delivery__identity__customer"
        duties.register(duties.PersonalTable(
            ledger.DeliveryStep, of_delivery,
            duties.blank_but(ledger.DeliveryStep, of_delivery, keeps={
                "delivery": keeping.KEY, "kind": keeping.CODE, "at": keeping.WHEN, "dated": keeping.CODE,
                "promised": keeping.WHEN, "carrier": keeping.CODE, "interaction": keeping.KEY,
            }),
        ))  # fmt: skip
        duties.register(duties.PersonalTable(
            ledger.Interaction, owner,
            duties.blank_but(ledger.Interaction, owner, keeps={
                **key, "source_ref": keeping.ONCE, "kind": keeping.CODE, "direction": keeping.CODE,
                "touchpoint": keeping.CODE, "minutes": keeping.BOOKS, "worth": keeping.BOOKS,
            }),
        ))  # fmt: skip
        of_note = "interaction__identity__customer"
        duties.register(duties.PersonalTable(
            ledger.Note, of_note,
            duties.blank_but(ledger.Note, of_note, keeps={
                "interaction": keeping.KEY, "strikes": keeping.KEY, "by": keeping.STAFF,
            }),
        ))  # fmt: skip
        sealing.register(ledger.Note, "sealed")
        duties.register(duties.PersonalTable(
            ledger.Assignment, owner,
            duties.blank_but(ledger.Assignment, owner, keeps={**drawn, "arm": keeping.CODE, "salt": keeping.CODE}),
        ))  # fmt: skip
        duties.register(duties.PersonalTable(
            ledger.Withholding, owner,
            duties.blank_but(ledger.Withholding, owner, keeps={**drawn, "reason": keeping.CODE, "pack": keeping.CODE}),
        ))  # fmt: skip
        what_we_keep.register()
        bought_columns.register()
