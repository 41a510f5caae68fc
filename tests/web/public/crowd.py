"""Many presses at one moment, in a process of its own with a store that its threads share.

python -m tests.web.public.crowd same against code right    one after the other, each of a person of its own
"""

from __future__ import annotations

import itertools
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import django

AT_ONCE = 8


def crowd(presses: list[Callable[[], int]]) -> dict[str, int]:
    """Press all of them at one moment; how often each status came."""
    from django.db import connection

    ready = Barrier(len(presses))

    def one(press: Callable[[], int]) -> int:
        ready.wait()
        try:
            return press()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(presses)) as threads:
        return {str(status): number for status, number in Counter(threads.map(one, presses)).items()}


def same() -> dict[str, object]:
    """One person stops advertising in eight tabs at once."""
    from django.test import Client

    from dangol.records.customers.own_pages import STOP
    from tests.web.public.conftest import path_to, somebody

    one = somebody(number="+821055550001")
    path = path_to(STOP, one, word="sms:")
    told = crowd([lambda: Client().post(path, {"do": "stop:sms"}).status_code] * AT_ONCE)
    return {"told": told, "refusals": one.consents.filter(granted=False).count()}


def against() -> dict[str, object]:
    """One person says yes and no at once; what counts is what was written last."""
    from django.test import Client

    from dangol.records.customers.own_pages import WISHES
    from dangol.records.permission.standing import standing
    from dangol.records.permission.texts import current_text
    from tests.web.public.conftest import path_to, somebody

    one, text = somebody(agreed=None, number="+821055550002"), current_text("marketing", language="ko")
    assert text is not None
    path = path_to(WISHES, one)

    def press(kind: str) -> Callable[[], int]:
        return lambda: Client().post(path, {"do": f"{kind}:{text.pk}:sms"}).status_code

    told = crowd([press(kind) for kind in ("agree", "refuse") * (AT_ONCE // 2)])
    rows = list(one.consents.order_by("pk").values_list("granted", "answered_at"))
    last = standing(one).last("marketing", channel="sms")
    turns = all(one[0] != two[0] and one[1] < two[1] for one, two in itertools.pairwise(rows))
    return {"told": told, "turns": turns, "counts_last": last is not None and last.granted == rows[-1][0]}


def code() -> dict[str, object]:
    """Eight wrong codes at once: five are looked at, and the right one opens nothing any more."""
    from django.test import Client

    from dangol.contact.delivery.models import Displayed
    from dangol.records.customers.own_pages import DATA
    from tests.web.public.conftest import path_to, somebody

    path = path_to(DATA, somebody(number="+821055550003"))
    Client().post(f"{path}code/", {"road": "shown_sms"})
    found = re.search(r"〔(\d{6})〕", Displayed.objects.latest("pk").text)
    assert found is not None
    wrong = f"{(int(found[1]) + 1) % 1_000_000:06d}"
    told = crowd([lambda: Client().post(f"{path}code/", {"code": wrong}).status_code] * AT_ONCE)
    return {"told": told, "after": Client().post(f"{path}code/", {"code": found[1]}).status_code}


def right() -> dict[str, object]:
    """The right code in eight tabs at once: it opens once."""
    from django.test import Client

    from dangol.contact.delivery.models import Displayed
    from dangol.records.customers.own_pages import DATA
    from dangol.web.public import identity
    from tests.web.public.conftest import path_to, somebody

    path = path_to(DATA, somebody(number="+821055550004"))
    Client().post(f"{path}code/", {"road": "shown_sms"})
    found = re.search(r"〔(\d{6})〕", Displayed.objects.latest("pk").text)
    assert found is not None
    compared, real = Barrier(identity.TRIES), identity._hash

    def hashed(*told: Any) -> str:
        with suppress(BrokenBarrierError):  # where the store lets them come one after the other, nobody waits for long
            compared.wait(3)
        return real(*told)

    identity._hash = hashed  # all have read the code before the first one uses it up
    presses = [lambda: Client().post(f"{path}code/", {"code": found[1]}).status_code] * identity.TRIES
    return {"told": crowd(presses)}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")
    django.setup()
    from dataclasses import replace

    from django.conf import settings
    from django.db import connection

    from dangol.records.permission.texts import ensure_texts
    from dangol.web import clock
    from tests.stores import make_tables

    if connection.vendor == "sqlite":
        make_tables()
    settings.DANGOL = replace(settings.DANGOL, address="https://shop.example")
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    ensure_texts(at=clock.now())
    scenes = {"same": same, "against": against, "code": code, "right": right}
    print(json.dumps({name: scenes[name]() for name in sys.argv[1:]}))


if __name__ == "__main__":
    main()
