"""Registers how ledger facts are exported and erased."""

from django.apps import AppConfig

COUNTS_WITHOUT_THE_PERSON = "Money and counts stay for the books; nothing leads back once the identity is erased."


class LedgerConfig(AppConfig):
    name = "dangol.records.ledger"

    def ready(self) -> None:
        from dangol.records.customers import duties
        from dangol.records.ledger import models as ledger

        owner = "identity__customer"
        for model in (ledger.Transaction, ledger.PointEntry, ledger.Assignment, ledger.Withholding):
            duties.register(duties.PersonalTable(model, owner, why=COUNTS_WITHOUT_THE_PERSON))
        duties.register(
            duties.PersonalTable(ledger.OrderLine, "transaction__identity__customer", why=COUNTS_WITHOUT_THE_PERSON)
        )
        duties.register(
            duties.PersonalTable(ledger.Interaction, owner, duties.blank_fields(ledger.Interaction, owner, text=""))
        )
