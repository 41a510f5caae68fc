"""Whatever is sent to any operation by any key: no fault of ours, an answer as described, and nobody else's people.

What is sent is made from the API's own description (by schemathesis): fitting it, or breaking it somewhere. What an
example changed is undone before the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from dangol.records.customers.models import Customer
from dangol.records.staff.roles import May, Role, bundle
from tests.records.staff.office import staff
from tests.web.api.shop import Shop, key
from tests.web.api.test_doors import OPERATIONS, filled
from tests.web.test_roles import ROLES

pytestmark = pytest.mark.django_db

EXAMPLES = 3  # of each operation and way of making them
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]
PEOPLE = frozenset({May.SEE_PERSON, May.UNMASK})
# Texts and numbers that stores, logs and JSON have stumbled over.
HARD = ("\0", "a" * 5_000, "2⁶³", "%00", "'; --", "{{이름}}", "\u202e", "900301-1234567")


NAMES = ("owner", "masked owner", "marketer", "agent", "analyst", "dealer", "auditor", "nobody")


def keys(here: Shop) -> dict[str, tuple[str, list[str]]]:
    """Keys, each with what must never be in an answer to it."""
    everybody = list(Customer.objects.order_by("pk"))
    others = [one for one in everybody if one.unit != here.mine.unit]
    secrets, neighbours = here.secrets(*everybody), here.secrets(*others)
    owner = staff(Role.OWNER)
    return {
        "owner": (key(owner), []),
        "agent": (key(staff(Role.AGENT)), []),
        "masked owner": (key(owner, may=bundle(Role.OWNER) - PEOPLE), secrets),
        "marketer": (key(staff(Role.MARKETER)), secrets),
        "analyst": (key(staff(Role.ANALYST)), secrets),
        "auditor": (key(staff(Role.AUDITOR), may=bundle(Role.AUDITOR) - PEOPLE), secrets),
        "dealer": (key(staff(Role.DEALER, "D1")), neighbours),
        "nobody": ("dgl_00000000_x", secrets),
    }


@pytest.fixture
def open_store() -> Iterator[None]:
    """Leave the store of the test open: a server closes it after each request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@st.composite
def cases(draw: st.DrawFn, operation: Any, mode: GenerationMode, here: Shop) -> Any:
    """One request. Numbers are mostly of something that is there; what fits the description is laid over what works,
    so that it comes past the first look; now and then a text is hard to hold.
    """
    case = draw(operation.as_strategy(generation_mode=mode))
    name = operation.definition.raw["operationId"]
    whose, works = OPERATIONS[name][1:]
    works = {name: filled(value, here) for name, value in works.items()}
    for blank, value in dict(case.path_parameters or {}).items():
        there = [here.numbers.get(whose if blank == "number" else blank, 1), *range(1, 9)]
        if isinstance(value, int) and draw(st.integers(0, 4)) < 4:
            case.path_parameters[blank] = draw(st.sampled_from(there))
    if mode.is_positive and isinstance(case.body, dict):
        changed = draw(st.sets(st.sampled_from(sorted({*case.body, *works} or {""}))))
        case.body = works | {field: case.body[field] for field in changed if field in case.body}
    elif mode.is_positive and case.method == "GET" and works:
        case.query = dict(case.query or {}) | works
    if isinstance(case.body, dict) and case.body and draw(st.integers(0, 4)) == 4:
        case.body[draw(st.sampled_from(sorted(case.body)))] = draw(st.sampled_from(HARD))
    return case


@cache
def described() -> Any:
    """The API by its own description, which says the same at any time."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


def askers(operation: Any, mode: GenerationMode) -> tuple[list[str], list[str]]:
    """Whose keys every example comes with, and of whom one more is drawn.

    What fits comes with the keys of who does the work and of a dealer, and with one of the others, shut out or not.
    What does not fit is refused before anybody's people are looked for, and who is shut out before it is read: one of
    those whom the operation lets in sends it. What each may see is asked of every operation in test_doors.
    """
    told = dict(
        zip((role.value for role in ROLES), OPERATIONS[operation.definition.raw["operationId"]][0], strict=True)
    )
    lets_in = [who for who in NAMES if told.get(who.rpartition(" ")[2], "n") != "n"]
    if not mode.is_positive:
        return [], lets_in
    always = [*lets_in[:1], *[who for who in lets_in[1:] if who == "dealer"]]
    return always, [who for who in NAMES if who not in always]


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.usefixtures("open_store")
def test_holds(here: Shop, mode: GenerationMode) -> None:
    known = keys(here)

    def walk(operation: Any) -> None:
        always, others = askers(operation, mode)

        @settings(
            max_examples=EXAMPLES, derandomize=True, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=cases(operation, mode, here), other=st.sampled_from(others))
        def holds(case: Any, other: str) -> None:
            for who in (*always, other):
                asked(case, who, *known[who])

        holds()

    for found in described().get_all_operations():
        walk(found.ok())


def asked(case: Any, who: str, token: str, hidden: list[str]) -> None:
    """Send it, look at the answer, and undo what it changed."""
    before = transaction.savepoint_create()
    try:
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        case.validate_response(answer, checks=CHECKS)
        text = answer.content.decode(errors="replace")
        assert [secret for secret in hidden if secret in text] == [], who
    finally:
        transaction.savepoint_rollback(before)
