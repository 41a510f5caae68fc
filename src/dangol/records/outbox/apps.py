"""Registers how messages are exported and erased."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "dangol.records.outbox"

    def ready(self) -> None:
        from dangol.records.customers import duties
        from dangol.records.outbox.models import Message

        owner = "identity__customer"
        blank = duties.blank_fields(Message, owner, address="", subject="", body="")
        duties.register(duties.PersonalTable(Message, owner, blank))
