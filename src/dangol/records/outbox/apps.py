"""Registers how messages are exported and erased."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "dangol.records.outbox"

    def ready(self) -> None:
        from dangol.records.customers import duties, keeping
        from dangol.records.outbox import once_each, what_we_keep
        from dangol.records.outbox.models import Message

        owner = "identity__customer"
        kept = {
            "key": keeping.ONCE, "identity": keeping.KEY, "source_ref": keeping.ONCE, "offer": keeping.CODE,
            "channel": keeping.CODE, "kind": keeping.CODE, "enqueued_at": keeping.WHEN, "claimed_at": keeping.WHEN,
            "handed_over_at": keeping.WHEN, "withheld": keeping.CODE, "goods": keeping.CODE, "topic": keeping.CODE,
            "ground": keeping.CODE, "pack": keeping.CODE, "not_before": keeping.WHEN,
        }  # fmt: skip
        duties.register(duties.PersonalTable(Message, owner, duties.blank_but(Message, owner, keeps=kept)))
        what_we_keep.register()
        once_each.register()
