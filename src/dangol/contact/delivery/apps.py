"""Registers how displayed messages are exported, erased and let go of."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "dangol.contact.delivery"

    def ready(self) -> None:
        from dangol.contact.delivery import what_we_keep
        from dangol.contact.delivery.display import let_go, older
        from dangol.contact.delivery.models import Displayed
        from dangol.records.customers import duties
        from dangol.records.rights import keeping_rules

        owner = "message__identity__customer"
        duties.register(duties.PersonalTable(Displayed, owner, duties.delete_rows(Displayed, owner)))
        keeping_rules.register("messages_shown", keeping_rules.Keeper(
            lambda days, now: older(days, as_of=now.as_of).count(), lambda days, now: let_go(days, as_of=now.as_of)
        ))  # fmt: skip
        what_we_keep.register()
