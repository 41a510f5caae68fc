"""Registers how displayed messages are exported and erased."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "dangol.contact.delivery"

    def ready(self) -> None:
        from dangol.contact.delivery.models import Displayed
        from dangol.records.customers import duties

        owner = "message__identity__customer"
        duties.register(duties.PersonalTable(Displayed, owner, duties.delete_rows(Displayed, owner)))
