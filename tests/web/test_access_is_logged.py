"""Whoever is shown on a page stands in the access log, and a page that says it shows nobody shows nobody.

Generated over the routes of test_roles: a new route is walked as soon as it has its line there.
"""

from __future__ import annotations

import pytest
from django.db import transaction
from django.http import HttpResponseBase

from dangol.records.customers.models import Customer
from dangol.records.staff.access import store
from dangol.records.staff.access.entries import Entry, Verb
from dangol.records.staff.roles import Role
from dangol.web.privacy.access_words import PAGES
from tests.web.test_roles import (  # noqa: F401 -- made and world are fixtures
    ROLES,
    ROUTES,
    World,
    answer,
    browser_of,
    made,
    routes,
    text_of,
    world,
)

pytestmark = pytest.mark.django_db

# Personal pages on which nobody of the records stands as the walk opens them: rows of files, whose people nobody knows
# yet, and what shows people only later or to others.
FILES = {"import_file", "import_details", "import_result", "import_rejects", "sign_ups"}
NOBODY_AT_FIRST = FILES | {
    "campaign",
    "customer_new",  # a letter to somebody before it is sent; a form that is empty at first
    "today",  # what is new, for those who see their own customers alone
    "access_file",
    "value_settings",  # who would move most, once somebody tries other numbers
    "loyalty_ask",  # whom to ask, who answered not long ago: test_loyalty has people to be drawn
    "insight_cube_whom",  # who is behind a number of the warehouse, which is not there: test_cube has one
    "insight_statistics_ask",  # one customer's months, where somebody is asked for: test_statistics asks for one
    "insight_statistics_file",
    "breach_file",  # numbers of people, or people without a letter: nobody's name
}
# Pages that show some roles masked what the owner sees as it is, in one and the same answer.
MASKED = [route for route, (_, who, _) in ROUTES.items() if who[0] == "y" and "m" in who and route != "access_sign"]


def is_personal(route: str) -> bool:
    view = next(pattern.callback for name, _, pattern in routes() if name == route)
    return bool(view.needs.personal)


def kept(route: str) -> list[Entry]:
    """What the log says of a page, oldest first."""
    store.seal()
    with store.reading() as log:
        return list(store.entries_of(log, "page = ? ORDER BY id", (route,)).values())


def opened(route: str, world: World, role: Role) -> HttpResponseBase:  # noqa: F811
    return answer(browser_of(role, world), route, world.mine)


def shown(page: str, world: World) -> set[int]:  # noqa: F811
    """Everybody whose name stands on the page: no two of the test business have one, unlike their numbers."""
    return {one.pk for one in Customer.objects.all() if world.secrets(one)[0] in page}


@pytest.mark.parametrize("route", ROUTES)
def test_names_whom_a_page_showed(world: World, route: str) -> None:  # noqa: F811
    """What one role did is undone before the next comes, but for what stands in the log."""
    lines: list[Entry] = []
    for role in (Role.OWNER, Role.AGENT, Role.DEALER):
        undone, before = transaction.savepoint_create(), len(lines)
        response = opened(route, world, role)
        lines = kept(route)
        names_whom_it_showed(route, world, role, response, lines[before:])
        transaction.savepoint_rollback(undone)


def names_whom_it_showed(
    route: str, world: World, role: Role, response: HttpResponseBase, told: list[Entry]  # noqa: F811
) -> None:  # fmt: skip
    """Say so of one page: what the log tells of it since it was opened."""
    if response.status_code == 403:
        assert [(one.verb, one.subjects) for one in told] == [("refused", ())], role
        return
    on_it = shown(text_of(response), world)
    if route in FILES and response.status_code == 200:
        assert told, f"nobody will ever know that somebody looked here: {role}"
    assert on_it <= {one for entry in told for one in entry.subjects}, role
    assert all(entry.user_id and entry.role == role and entry.place for entry in told), role
    if not is_personal(route):
        assert on_it == set() == {one for entry in told if entry.verb == Verb.SAW for one in entry.subjects}, role
    elif role == Role.OWNER and response.status_code == 200 and route not in NOBODY_AT_FIRST:
        assert on_it, "a personal page on which nobody is: what does this test prove?"


@pytest.mark.parametrize("route", MASKED)
def test_names_also_whom_it_showed_masked(world: World, route: str) -> None:  # noqa: F811
    asked = (Role.OWNER, Role.MARKETER, Role.ANALYST, Role.AUDITOR)
    for role in asked:
        undone = transaction.savepoint_create()
        opened(route, world, role)
        transaction.savepoint_rollback(undone)
    lines = kept(route)
    assert [line.role for line in lines] == list(asked)
    whole = (lines[0].verb, lines[0].subjects)
    for role, masked in zip(asked[1:], lines[1:], strict=True):
        sees = ROUTES[route][1][ROLES.index(role)] == "m"
        assert (masked.verb, masked.subjects) == (whole if sees else ("refused", ())), role


def test_calls_every_personal_page_by_a_name_that_people_understand() -> None:
    assert {route for route in ROUTES if is_personal(route)} <= set(PAGES)
