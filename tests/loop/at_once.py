"""Two who do something at one moment, in a process of its own with a store that its threads share.

python -m tests.loop.at_once
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier, Event
from typing import Any

import django
from django.core.management import call_command

AT = datetime(2026, 9, 28, tzinfo=UTC)
AT_ONCE = 8
ROUNDS = 10
PATIENCE = 1.0  # seconds; where a store lets one write at a time, the other cannot come between


def together(*does: Callable[[], object]) -> Counter[str]:
    """Do all of it at one moment; how often each came out: "done", or the refusal's name."""
    from django.db import connection

    from dangol.lib.errors import DangolError

    ready = Barrier(len(does))

    def one(do: Callable[[], object]) -> str:
        ready.wait()
        try:
            do()
        except DangolError as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(does)) as threads:
        return Counter(threads.map(one, does))


def accept() -> dict[str, Any]:
    """One invitation, accepted by eight."""
    from dangol.records.staff import actions
    from dangol.records.staff.models import Grant, Invitation, User

    owner = actions.make_owner(at=AT)
    assert owner is not None
    link = actions.invite(name="하린", role="agent", unit=None, by=owner, at=AT).secret

    def one(number: int) -> Callable[[], object]:
        return lambda: actions.accept(link, username=f"harin{number}", password=f"a long word {number}", at=AT)

    told = together(*map(one, range(AT_ONCE)))
    invited = Invitation.objects.get()
    users = list(User.objects.exclude(role="owner"))
    return {"told": told, "users": len(users), "grants": Grant.objects.filter(role="agent").count(),
            "is_theirs": [one.pk for one in users] == [invited.accepted_by_id]}  # fmt: skip


def names() -> dict[str, Any]:
    """Eight invitations, and everybody wants the same name."""
    from dangol.records.staff import actions
    from dangol.records.staff.models import Invitation, User

    owner = actions.make_owner(at=AT)
    assert owner is not None
    links = [actions.invite(name="하린", role="agent", unit=None, by=owner, at=AT).secret for _ in range(AT_ONCE)]

    def one(link: str, name: str) -> Callable[[], object]:
        return lambda: actions.accept(link, username=name, password="a long word 8", at=AT)

    told = together(*(one(link, "Harin" if number % 2 else "harin") for number, link in enumerate(links)))
    used = Invitation.objects.filter(accepted_at__isnull=False).count()
    return {"told": told, "users": User.objects.exclude(role="owner").count(), "used": used}


def moves() -> dict[str, Any]:
    """Two regions, each put under the other, again and again."""
    from dangol.records.staff import organisation
    from dangol.records.staff.models import Unit
    from dangol.records.staff.queries import tree

    told: Counter[str] = Counter()
    circles = 0
    for number in range(ROUNDS):
        one, other = (organisation.add_unit(name=f"{number}{which}", kind="region", parent=None, at=AT)
                      for which in "ab")  # fmt: skip
        told += together(
            lambda one=one, other=other: organisation.move_unit(one, parent=other, at=AT),  # type: ignore[misc]
            lambda one=one, other=other: organisation.move_unit(other, parent=one, at=AT),  # type: ignore[misc]
        )
        circles += len(tree()) != Unit.objects.count()
    return {"told": told, "circles": circles}


def codes() -> dict[str, Any]:
    """Units that are made at one moment, each to get a free code."""
    from dangol.records.staff import organisation
    from dangol.records.staff.models import Unit

    told = together(
        *(lambda n=n: organisation.add_unit(name=f"{n}", kind="shop", parent=None, at=AT) for n in range(AT_ONCE))  # type: ignore[misc]
    )
    return {"told": told, "units": Unit.objects.count()}


def erasures() -> dict[str, Any]:
    """One person, forgotten by eight."""
    from dangol.records.rights import chain
    from dangol.records.rights.erasure import erase
    from tests.people import person

    one = person()
    told = together(*[lambda: erase(one.pk, reason="asked", by=None, at=AT)] * AT_ONCE)
    return {"told": told, "lines": len(list(chain.lines())), "problem": chain.verify().problem}


def between(place: Any, name: str, do: Callable[[], object]) -> Callable[[Callable[[], object]], Counter[str]]:
    """Run something whose step `name` waits, once, until `do` is done in another thread or cannot be yet."""
    real, reached, done = getattr(place, name), Event(), Event()

    def step(*args: Any, **told: Any) -> Any:
        if not reached.is_set():
            reached.set()
            done.wait(PATIENCE)
        return real(*args, **told)

    def other() -> None:
        reached.wait()
        try:
            do()
        finally:
            done.set()

    def run(main: Callable[[], object]) -> Counter[str]:
        setattr(place, name, step)
        try:
            return together(main, other)
        finally:
            setattr(place, name, real)

    return run


def corrected() -> dict[str, Any]:
    """Somebody is forgotten while they are corrected, written about, and answer."""
    from dangol.records.customers import actions
    from dangol.records.customers.entering import details_of
    from dangol.records.customers.models import Customer
    from dangol.records.ledger.models import Note
    from dangol.records.ledger.notes import write_note
    from dangol.records.permission.actions import suppress
    from dangol.records.permission.models import Suppression
    from dangol.records.rights.erasure import erase
    from dangol.records.staff.models import User
    from tests.people import person

    one, agent = person(), User.objects.create(username="agent", role="agent")
    told = details_of(one)
    found = together(
        lambda: erase(one.pk, reason="asked", by=None, at=AT),
        lambda: actions.correct(one, replace(told, full_name="돌아온 이름"), unit=None, by=agent, at=AT),
        lambda: write_note(one, "돌아온 글", by=agent, at=AT),
        lambda: suppress(one, reason="돌아온 글", by=agent, at=AT),
    )
    late = together(
        lambda: actions.correct(one, replace(told, full_name="돌아온 이름"), unit=None, by=agent, at=AT),
        lambda: write_note(one, "돌아온 글", by=agent, at=AT),
    )
    left = Note.objects.exclude(interaction__text="").count() + Suppression.objects.exclude(reason="").count()
    return {"refused": sorted(found.keys() - {"done"}), "late": late, "left": left,
            "name": Customer.objects.get(pk=one.pk).full_name}  # fmt: skip


def launch() -> dict[str, Any]:
    """Somebody is forgotten while a campaign to them is launched."""
    from dangol.decisions.campaigns import actions
    from dangol.records.customers.models import Customer
    from dangol.records.outbox.models import Message
    from dangol.records.rights.erasure import erase
    from tests.decisions.campaigns.test_actions import planned
    from tests.people import SMS, people, valued

    everybody = people(30)
    valued(everybody)
    campaign = planned(holdout_share=0.3)
    names = {one.pk: one.full_name for one in everybody}
    forget = between(actions, "assign", lambda: [erase(one.pk, reason="x", by=None, at=AT) for one in everybody[:5]])
    told = forget(lambda: actions.launch(campaign, channel=SMS, by=None, at=AT))
    gone = set(Customer.objects.exclude(erased_at=None).values_list("pk", flat=True))
    mine = Message.objects.filter(identity__customer__in=gone)
    texts = mine.values_list("identity__customer", "body", "address")
    left = sum(names[pk] in body or bool(to) for pk, body, to in texts)
    return {"told": told, "gone": len(gone), "left": left}


def imported() -> dict[str, Any]:
    """Somebody is forgotten while a file tells of them."""
    from dangol.records.customers import arriving, taking
    from dangol.records.customers.models import ContactPoint, Customer
    from dangol.records.rights.erasure import erase
    from tests.people import person

    one = person()
    row = {"external_id": one.identities.get().external_id, "full_name": "돌아온 이름", "mobile": "+821077777777"}
    told = between(arriving, "_write", lambda: erase(one.pk, reason="asked", by=None, at=AT))(
        lambda: taking.take_customers([row], source="till", at=AT)
    )
    now = Customer.objects.get(pk=one.pk)
    return {"told": told, "erased": now.erased_at is not None, "name": now.full_name,
            "numbers": ContactPoint.objects.filter(customer=one).count()}  # fmt: skip


DOES = {"accept": accept, "names": names, "moves": moves, "codes": codes, "erasures": erasures, "launch": launch,
        "import": imported, "corrected": corrected}  # fmt: skip


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")
    django.setup()
    from django.db import connection

    from tests.stores import make_tables

    if connection.vendor == "sqlite":
        make_tables()
    told = {}
    for name, do in DOES.items():
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
        told[name] = do()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
