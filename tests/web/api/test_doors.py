"""Every operation of the API by keys of every role: allowed, masked, own customers alone, or refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from dangol.decisions.campaigns.models import Campaign
from dangol.records.customers.models import ContactPoint, Customer
from dangol.records.staff.access import queries as access
from dangol.records.staff.access import store
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.actions import make_key, revoke_key
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role, bundle
from dangol.web import clock
from dangol.web.api.urls import api
from tests.records.staff.office import office, staff
from tests.web.business import business, campaign
from tests.web.test_roles import ROLES, UNITS

pytestmark = [pytest.mark.django_db, pytest.mark.store]

# operation: who, in the order of ROLES; the letters are those of tests/web/test_roles.py
OPERATIONS: dict[str, str] = {
    "list_customers": "ymymom",
    "get_customer": "ymymom",
    "list_campaigns": "aanana",
    "get_campaign": "aanana",
}


def operations() -> dict[str, tuple[str, str, Any]]:
    """Method, path and function of every operation there is."""
    return {
        operation.operation_id: (operation.methods[0], path, operation.view_func)
        for _, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
    }


def test_every_operation_has_a_line() -> None:
    assert set(operations()) == set(OPERATIONS)


def test_every_operation_says_what_it_takes() -> None:
    assert [name for name, (_, _, function) in operations().items() if not hasattr(function, "takes")] == []


@pytest.fixture
def world(settings: Any, tmp_path: Any) -> tuple[Customer, Customer]:
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
    units, people = office(), business()
    for number, person in enumerate(people):
        person.unit = units["D1" if number % 2 == 0 else "D2"]
        person.save()
    campaign()
    return people[2], people[3]


def key(user: User, *, may: Any = None, days: int = 30) -> str:
    now, words = clock.now(), bundle(user.role) if may is None else may
    return make_key(name="a till", may=words, expires_at=now + timedelta(days=days), by=user, at=now).secret


def ask(operation: str, person: Customer, token: str) -> Any:
    method, path, _ = operations()[operation]
    number = Campaign.objects.get().pk if "campaign" in operation else person.pk
    send: Callable[..., Any] = getattr(Client(), method.lower())
    return send(f"/api/v1{path.replace('{number}', str(number))}", headers={"Authorization": f"Bearer {token}"})


def secrets(person: Customer) -> list[str]:
    numbers = ContactPoint.objects.filter(customer=person).values_list("value", flat=True)
    return [person.full_name, *(f"{number[5:9]}-{number[9:]}" for number in numbers)]


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.value)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_gives_each_role_what_it_may_see(world: tuple[Customer, Customer], operation: str, role: Role) -> None:
    mine, neighbour = world
    told = OPERATIONS[operation][ROLES.index(role)]
    answer = ask(operation, mine, key(staff(role, UNITS.get(role))))
    if told == "n":
        assert answer.status_code == 403
        assert answer.json()["sentence"]
        return
    assert answer.status_code == 200
    both, text = secrets(mine) + secrets(neighbour), answer.content.decode()
    hidden = {"y": [], "m": both, "a": both, "o": secrets(neighbour)}[told]
    assert [secret for secret in hidden if secret in text] == []
    if told in "yo":
        assert mine.full_name in text


class TestKeys:
    def test_without_one_nothing_opens(self, world: tuple[Customer, Customer]) -> None:
        for token in ("", "dgl_00000000_x", "dgl_", "x" * 5000, "dgl_0000_\x00"):
            answer = ask("list_customers", world[0], token)
            assert answer.status_code == 401
            assert "정다은" not in answer.content.decode()

    def test_that_was_revoked_has_expired_or_belongs_to_somebody_gone_opens_nothing(
        self, world: tuple[Customer, Customer]
    ) -> None:
        user = staff(Role.AGENT)
        token = key(user)
        assert ask("list_customers", world[0], token).status_code == 200
        revoke_key(user.api_keys.get(), at=clock.now())
        assert ask("list_customers", world[0], token).status_code == 401
        other = key(user)
        user.api_keys.filter(revoked_at=None).update(
            made_at=clock.now() - timedelta(days=9), expires_at=clock.now() - timedelta(days=1)
        )
        assert ask("list_customers", world[0], other).status_code == 401
        third = key(user)
        User.objects.filter(pk=user.pk).update(is_active=False)
        assert ask("list_customers", world[0], third).status_code == 401

    def test_holds_what_it_was_given_and_no_more(self, world: tuple[Customer, Customer]) -> None:
        token = key(staff(Role.OWNER), may=["see_customers"])
        assert ask("list_campaigns", world[0], token).status_code == 403
        person = ask("get_customer", world[0], token).json()
        assert person["name"] == "남**서"
        assert person["values"] == []

    def test_loses_what_its_maker_loses(self, world: tuple[Customer, Customer]) -> None:
        user = staff(Role.MARKETER, "HQ")
        token = key(user)
        assert ask("list_campaigns", world[0], token).status_code == 200
        User.objects.filter(pk=user.pk).update(role=Role.AGENT)
        assert ask("list_campaigns", world[0], token).status_code == 403


class TestTraces:
    def test_say_whom_a_program_saw(self, world: tuple[Customer, Customer]) -> None:
        ask("get_customer", world[0], key(staff(Role.AGENT)))
        store.seal()
        (entry,) = (line.entry for line in access.every_line(access.Wanted()))
        assert (entry.verb, entry.subjects, entry.user) == (Verb.SAW, (world[0].pk,), "agent-none")

    def test_say_that_a_dealers_program_tried_a_neighbours_number(self, world: tuple[Customer, Customer]) -> None:
        answer = ask("get_customer", world[1], key(staff(Role.DEALER, "D1")))
        assert answer.status_code == 404
        store.seal()
        assert [(line.entry.verb, line.entry.subjects) for line in access.every_line(access.Wanted())] == [
            (Verb.REFUSED, (world[1].pk,))
        ]


class TestList:
    def test_goes_on_where_it_stopped(self, world: tuple[Customer, Customer]) -> None:
        token, seen, after = key(staff(Role.OWNER)), list[int](), 0
        while after is not None:
            told = (
                Client()
                .get(f"/api/v1/customers?limit=3&after={after}", headers={"Authorization": f"Bearer {token}"})
                .json()
            )
            seen += [person["id"] for person in told["customers"]]
            after = told["next"]
        assert seen == sorted(Customer.objects.values_list("pk", flat=True))

    def test_finds_by_what_one_remembers(self, world: tuple[Customer, Customer]) -> None:
        token = key(staff(Role.OWNER))
        for text in ("궁민", "ㄴㄱㅁㅅ", "0002"):
            told = Client().get("/api/v1/customers", {"q": text}, headers={"Authorization": f"Bearer {token}"}).json()
            assert [person["name"] for person in told["customers"]] == ["남궁민서"]
