"""A carrier in a process of its own, that can be stopped at a named point and killed there.

python -m tests.contact.delivery.carrier prepare | carry POINT | resume
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import django
from django.core.management import call_command

NUMBER, BATCH = 35, 10
POINTS = ("claimed", "shown", "remembered", "finished")


def prepare() -> None:
    """Fill the outbox; every seventh person opts out afterwards."""
    from django.db import connection

    from dangol.records.customers.models import Identity
    from dangol.records.outbox.actions import NewMessage, enqueue
    from dangol.records.permission.actions import withdraw_consent
    from tests.people import AT, people

    if connection.vendor == "sqlite":
        call_command("migrate", verbosity=0)
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


def carry(point: str) -> None:
    """Carry everything, or stop for ever at this point of the second batch."""
    from dangol.contact.delivery import actions
    from dangol.contact.delivery.channels.shown_sms import ShownSms
    from tests.people import AT

    actions.BATCH = BATCH
    actions.claim = stopping(actions.claim, point == "claimed")
    ShownSms.hand_over = stopping(ShownSms.hand_over, point == "shown")  # type: ignore[method-assign]
    actions._withhold = stopping(actions._withhold, point == "remembered")
    actions.carry(at=AT, progress=stopping(lambda *_step: None, point == "finished"))


def stopping[**P, R](work: Callable[P, R], stops: bool) -> Callable[P, R]:
    """Do the work; the second time say so and wait to be killed."""
    calls = 0

    def stopped(*given: P.args, **named: P.kwargs) -> R:
        nonlocal calls
        result, calls = work(*given, **named), calls + 1
        if stops and calls == 2:
            print("here", flush=True)
            time.sleep(3600)
        return result

    return stopped


def report() -> dict[str, Any]:
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
        "messages": sorted(Message.objects.values_list("key", "body", "withheld")),
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")
    django.setup()
    if sys.argv[1] == "prepare":
        prepare()
    elif sys.argv[1] == "carry":
        carry(sys.argv[2])
    else:
        before = report()
        carry("")
        print(json.dumps([before, report()]))
