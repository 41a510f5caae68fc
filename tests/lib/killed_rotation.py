"""`python -m tests.lib.killed_rotation HOME POINT`: a change of keys killed at a point, then done again.

Says which of the sealed texts can be read after the kill and after the second try, and how many keys there are.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

import django

from tests.killing import Stop, killed_while, stopping

NUMBER = 1_200
POINTS = ("added", "first part", "second part", "sealed anew", "written", "forgotten")


def main() -> None:
    home, point = sys.argv[1:]
    os.environ.update(DANGOL_HOME=home, DJANGO_SETTINGS_MODULE="dangol.config.settings")
    django.setup()
    from dangol.config.commands import keys
    from dangol.lib import sealing

    keys.PAUSE = 0.0
    texts = filled()
    before = sealing.key_file().read_bytes()

    def work(stop: Stop) -> None:
        prepare(point, stop)
        rotate()

    killed_while(work)
    killed = {"read": readable(texts), "keys": sealing.count()}
    rotate()
    after = {"read": readable(texts), "keys": sealing.count(), "lost": sum(sealing.unreadable())}
    changed = json.loads(before)["fields"] != json.loads(sealing.key_file().read_bytes())["fields"]
    same_marks = json.loads(before)["marks"] == json.loads(sealing.key_file().read_bytes())["marks"]
    parts = [path.name for path in Path(home).glob("*.part")]
    print(json.dumps({"killed": killed, "after": after, "changed": changed, "marks": same_marks, "parts": parts}))


def rotate() -> None:
    from dangol.config.commands import keys

    keys.run(argparse.Namespace(home=os.environ["DANGOL_HOME"], acting=None, command="keys", rotate=True, json=True))


def filled() -> dict[int, str]:
    """Make customers with door codes; which."""
    from datetime import UTC, datetime

    from dangol.lib import sealing
    from dangol.records.customers.models import Customer
    from tests.stores import make_tables

    make_tables()
    made = Customer.objects.bulk_create(
        Customer(registered_at=datetime(2026, 1, 1, tzinfo=UTC), entrance_sealed=sealing.seal(f"#{number}"))
        for number in range(NUMBER)
    )
    return {one.pk: f"#{number}" for number, one in enumerate(made)}


def readable(texts: dict[int, str]) -> int:
    from dangol.lib import sealing
    from dangol.records.customers.models import Customer

    found = dict(Customer.objects.values_list("pk", "entrance_sealed"))
    return sum(sealing.unseal(found[key]) == text for key, text in texts.items())


def prepare(point: str, stop: Stop) -> None:
    """Let the child die when it reaches the point."""
    from dangol.lib import sealing

    match point:
        case "added":
            sealing.add_key = stopping(sealing.add_key, stop)
        case "first part":
            sealing._replace = stopping(sealing._replace, stop)
        case "second part":
            sealing._replace = stopping(sealing._replace, stop, on_call=2)
        case "sealed anew":
            sealing._replace = stopping(sealing._replace, stop, on_call=3)
        case "written":
            sealing._written = stopping(sealing._written, stop, on_call=2)
        case "forgotten":
            sealing.forget_old_keys = stopping(sealing.forget_old_keys, stop)


if __name__ == "__main__":
    main()
