"""Every page, fragment and file by every role: allowed, masked, own customers alone, or refused.

A route without a line in the table fails. The table says what should be; the pages say with `needs` what they take,
so a slip on either side shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from dangol.decisions.campaigns.models import Campaign
from dangol.insight.analysis.models import Run
from dangol.records.customers.models import ContactPoint, Customer
from dangol.records.staff.roles import Role
from tests.records.staff.office import office, staff
from tests.web.business import business, campaign

pytestmark = [pytest.mark.django_db, pytest.mark.store]

# One letter a role, in this order. y: sees people as they are; m: sees them masked; o: sees own customers alone, as
# they are; a: lets in, and no person is on it; n: refused.
ROLES = (Role.OWNER, Role.MARKETER, Role.AGENT, Role.ANALYST, Role.DEALER, Role.AUDITOR)
UNITS = {Role.OWNER: None, Role.DEALER: "D1"}

# route: (method, who, what is sent)
ROUTES: dict[str, tuple[str, str, dict[str, str]]] = {
    "today": ("get", "aaaaaa", {}),
    "password": ("get", "aaaaaa", {}),
    "customers": ("get", "ymymom", {}),
    "customers_count": ("get", "aaaaaa", {}),
    "customer": ("get", "ymymom", {}),
    "customer_timeline": ("get", "ymymom", {}),
    "messages": ("get", "ymnmnm", {}),
    "map": ("get", "ymymnn", {"region": "II"}),
    "map_spec": ("get", "aaaann", {}),
    "map_file": ("get", "aaaann", {}),
    "map_list": ("post", "ymnmnn", {"reason": "a list for the shop", "kind": "csv"}),
    "campaigns": ("get", "aanana", {}),
    "campaign": ("get", "aanana", {}),
    "campaign_work": ("get", "aanana", {}),
    "campaign_movement": ("get", "aanana", {}),
    "campaign_file": ("get", "aanana", {}),
    "campaign_plan": ("get", "ymnnnn", {"channel": "till_coupon"}),
    "campaign_audience": ("get", "aannnn", {}),
    "campaign_letter": ("post", "ymnnnn", {"channel": "till_coupon", "body": "{{이름}}님", "offer": "thanks"}),
    "campaign_send": ("post", "aannnn", {}),
    "campaign_later": ("post", "aannnn", {}),
    "campaign_measure": ("post", "aannnn", {}),
    "import": ("get", "aannnn", {}),
    "import_own": ("post", "aannnn", {}),
    "import_example": ("get", "aannnn", {}),
    "import_file": ("get", "aannnn", {}),
    "import_trial": ("get", "aannnn", {}),
    "import_take": ("post", "aannnn", {}),
    "import_run": ("get", "aannnn", {}),
    "import_result": ("get", "aannnn", {}),
    "import_rejects": ("get", "aannnn", {}),
    "privacy": ("get", "aaaaaa", {}),
    "start": ("get", "annnnn", {}),
    "start_home": ("get", "annnnn", {}),
    "start_load": ("post", "annnnn", {}),
    "switch": ("post", "annnnn", {}),
}
# Open to anybody: nobody's data are on them.
OPEN = {"sign_in", "sign_out", "set_language", "chart_bundle", "served_home"}


def routes(patterns: Any = None, before: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    """Name, address and pattern of every route there is."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLResolver) and one.app_name == "api":
            continue  # its doors are walked by tests/web/api
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, before + str(one.pattern))
        else:
            yield str(one.name), before + str(one.pattern), one


def test_every_route_has_a_line() -> None:
    assert {name for name, _, _ in routes()} == set(ROUTES) | OPEN


def test_every_route_says_whom_it_lets_in() -> None:
    silent = [
        name
        for name, _, pattern in routes()
        if not hasattr(pattern.callback, "needs") and getattr(pattern.callback, "login_required", True)
    ]
    assert silent == []


@dataclass(frozen=True)
class World:
    """Two customers of two dealers: what is secret of each."""

    mine: Customer
    neighbour: Customer

    def secrets(self, person: Customer) -> list[str]:
        numbers = ContactPoint.objects.filter(customer=person).values_list("value", flat=True)
        ends = [f"{number[5:9]}-{number[9:]}" for number in numbers] + [number[3:] for number in numbers]
        return [person.full_name, *ends]


@pytest.fixture
def world(settings: Any, tmp_path: Any) -> World:
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}}
    settings.DANGOL_HOME = tmp_path
    units, people = office(), business()
    for number, person in enumerate(people):
        person.unit, person.full_name = (
            units["D1" if number % 2 == 0 else "D2"],
            f"{person.full_name}{'가나'[number % 2]}",
        )
        person.save()
    campaign()
    return World(people[2], people[3])


def addressed(route: str, person: Customer) -> str:
    """The address of a route, its blanks filled with what is there."""
    path = next(path for name, path, _ in routes() if name == route)
    blanks = {
        "<int:customer_id>": person.pk, "<int:pk>": Campaign.objects.get().pk,
        "<int:run_id>": Run.objects.earliest("pk").pk, "<slug:kind>": "svg", "<slug:token>": "0" * 24,
        "<int:number>": 1, "<slug:name>": "dairy",
    }  # fmt: skip
    for blank, value in blanks.items():
        path = path.replace(blank, str(value))
    assert "<" not in path, path
    return f"/{path}"


def answer(client: Client, route: str, person: Customer) -> HttpResponseBase:
    method, _, sent = ROUTES[route]
    return getattr(client, method)(addressed(route, person), sent, headers={"Accept-Language": "ko"})  # type: ignore[no-any-return]


def text_of(response: HttpResponseBase) -> str:
    streamed = getattr(response, "streaming_content", None)
    return (b"".join(streamed) if streamed is not None else response.content).decode(errors="replace")  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.value)
@pytest.mark.parametrize("route", ROUTES)
def test_shows_each_role_what_it_may_see(client: Client, world: World, route: str, role: Role) -> None:
    client.force_login(staff(role, UNITS.get(role)))
    told = ROUTES[route][1][ROLES.index(role)]
    response = answer(client, route, world.mine)
    if told == "n":
        assert response.status_code == 403
        return
    assert response.status_code != 403 and response.status_code < 500, response.status_code
    page = text_of(response)
    hidden = {
        "y": [], "m": world.secrets(world.mine) + world.secrets(world.neighbour), "o": world.secrets(world.neighbour),
        "a": world.secrets(world.mine) + world.secrets(world.neighbour),
    }[told]  # fmt: skip
    assert [secret for secret in hidden if secret in page] == []
    if told in "yo" and "<int:customer_id>" in next(path for name, path, _ in routes() if name == route):
        assert response.status_code == 200


@pytest.mark.parametrize("route", ["customer", "customer_timeline"])
def test_hides_a_neighbours_customer_from_a_dealer_who_guesses_the_number(
    client: Client, world: World, route: str
) -> None:
    client.force_login(staff(Role.DEALER, "D1"))
    response = answer(client, route, world.neighbour)
    assert response.status_code == 404
    assert not [secret for secret in world.secrets(world.neighbour) if secret in text_of(response)]


@pytest.mark.parametrize("text", ["문태오", "ㅁㅌㅇ", "0003", "T00003"])
def test_does_not_find_a_neighbours_customer(client: Client, world: World, text: str) -> None:
    client.force_login(staff(Role.DEALER, "D1"))
    page = client.get("/customers/", {"q": text}).content.decode()
    assert not [secret for secret in world.secrets(world.neighbour) if secret in page]
