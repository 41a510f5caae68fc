"""Carriers in a process of their own; one is killed at a named point, the next finishes its work.

python -m tests.contact.delivery.carrier fill | kill POINT | race
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import django

from tests.killing import Stop, killed_while, stopping

NUMBER, BATCH = 35, 10
POINTS = ("claimed", "shown", "remembered", "finished")


def fill() -> None:
    """Fill the outbox; every seventh person opts out afterwards."""
    from django.db import connection

    from dangol.records.customers.models import Identity
    from dangol.records.outbox.actions import NewMessage, enqueue
    from dangol.records.permission.actions import withdraw_consent
    from tests.people import AT, people
    from tests.stores import make_tables

    if connection.vendor == "sqlite":
        make_tables()
    customers = people(NUMBER)
    enqueue(
        [
            NewMessage(f"c:1:{one.pk}", one.pk, "c:1", "shown_sms", "advertising", "", "", f"안녕 {one.external_id}")
            for one in Identity.objects.order_by("id")
        ],
        at=AT,
    )
    for one in customers[::7]:
        withdraw_consent(one, purpose="marketing", channel="sms", by=None, at=AT)


def carry_up_to(point: str, stop: Stop) -> None:
    """Carry, and stop at this point of the second batch."""
    from dangol.contact.delivery import actions
    from dangol.contact.delivery.channels.shown_sms import ShownSms
    from tests.people import AT

    match point:
        case "claimed":
            actions.claim = stopping(actions.claim, stop, on_call=2)
        case "shown":
            ShownSms.hand_over = stopping(ShownSms.hand_over, stop, on_call=2)  # type: ignore[method-assign]
        case "remembered":
            actions._withhold = stopping(actions._withhold, stop, on_call=2)
    told = stopping(lambda *_step: None, stop, on_call=2 if point == "finished" else 0)
    actions.carry(at=AT, progress=told)


def carry() -> None:
    """Carry everything."""
    from dangol.contact.delivery import actions
    from tests.people import AT

    actions.carry(at=AT)


def seen() -> dict[str, Any]:
    """Everything the outside and the ledger can see."""
    from dangol.contact.delivery.models import Displayed
    from dangol.records.ledger.models import Interaction, Withholding
    from dangol.records.outbox.models import Message

    return {
        "displayed": sorted(Displayed.objects.values_list("message__key", "text")),
        "handed_over": sorted(Message.objects.exclude(handed_over_at=None).values_list("key", "body")),
        "withheld": Message.objects.exclude(withheld="").count(),
        "half_done": Message.objects.exclude(claimed_at=None).filter(handed_over_at=None, withheld="").count(),
        "interactions": Interaction.objects.count(),
        "withholdings": Withholding.objects.count(),
        "permitted": sorted(Message.objects.filter(withheld="").values_list("key", "body")),
    }


def race() -> None:
    """Two carriers at once."""
    from django.db import connection

    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]
    other = os.fork()
    carry()
    if other == 0:
        os._exit(0)
    _, status = os.waitpid(other, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def main(command: str, point: str = "") -> list[dict[str, Any]]:
    """Do what was asked; what could be seen before the last carrier and after it."""
    from dangol.contact.delivery import actions

    actions.BATCH = BATCH
    if command == "fill":
        fill()
        return []
    if command == "race":
        race()
        return [seen()]
    killed_while(lambda stop: carry_up_to(point, stop))
    before = seen()
    carry()
    return [before, seen()]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")
    django.setup()
    print(json.dumps(main(*sys.argv[1:])))
