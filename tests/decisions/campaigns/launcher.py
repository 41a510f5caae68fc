"""A launch in a process of its own, killed at a named point, then launched again.

python -m tests.decisions.campaigns.launcher POINT
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import django

from tests.killing import Stop, killed_while, stopping

POINTS = ("assign", "record_row")


def launch_up_to(point: str, stop: Stop) -> None:
    """Launch, and stop after this step."""
    from dangol.decisions.campaigns import actions
    from tests.people import AT, SMS

    setattr(actions, point, stopping(getattr(actions, point), stop))
    actions.launch(campaign(), channel=SMS, by=None, at=AT)


def campaign() -> Any:
    """The one campaign of the store."""
    from dangol.decisions.campaigns.models import Campaign

    return Campaign.objects.select_related("segment", "offer").get()


def seen() -> dict[str, Any]:
    """What a launch leaves."""
    from dangol.decisions.campaigns.queries import standing

    counts = standing(campaign())
    return {
        "launched": campaign().launched_at is not None,
        "audience": counts.audience,
        "treated": counts.treated,
        "waiting": counts.waiting,
        "withheld": counts.withheld,
    }


def main(point: str) -> list[dict[str, Any]]:
    """What is there after the kill, and after launching again."""
    from django.db import connection

    from dangol.decisions.campaigns.actions import launch, plan
    from tests.people import AT, SMS, offer, people, valued
    from tests.stores import make_tables

    if connection.vendor == "sqlite":
        make_tables()
    valued(people(60) + people(5, consent=None))
    offer()
    plan(
        name="A", rule={"region": ["II"]}, offer_code="gift", channel=SMS, subject="", body="x",
        holdout_share=0.5, weeks=4, estimator="raw", by=None, at=AT,
    )  # fmt: skip
    killed_while(lambda stop: launch_up_to(point, stop))
    before = seen()
    launch(campaign(), channel=SMS, by=None, at=AT)
    return [before, seen()]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")
    django.setup()
    print(json.dumps(main(sys.argv[1])))
