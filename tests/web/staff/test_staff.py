"""Who works here: the list, a person, what is done about them, and the way in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dangol.records.staff import actions
from dangol.records.staff.models import Grant, Invitation, Unit, User
from dangol.web import clock
from tests.records.staff.office import office
from tests.web.staff.office_door import EN, PASSWORD, is_in, logged, somebody, try_door, verbs

pytestmark = [pytest.mark.django_db, pytest.mark.store]


@pytest.fixture
def boss(client: Client) -> User:
    """The owner, signed in in this client."""
    made = somebody("owner", role="owner")
    client.force_login(made)
    return made


def get(client: Client, path: str) -> str:
    answer = client.get(path, headers=EN)
    assert answer.status_code == 200
    return answer.content.decode()


def link_of(client: Client, **told: Any) -> str:
    """The link that an invitation shows."""
    page = client.post("/staff/invite/", {"name": "김하나", "role": "agent", "unit": "", **told}, headers=EN)
    found = re.search(r'value="http://testserver(/invitation/[^"]+/)"', page.content.decode())
    assert found, page.content.decode()
    return found[1]


def joined(client: Client, path: str, name: str = "hana", password: str = PASSWORD) -> Any:
    told = {"username": name, "new_password1": password, "new_password2": password}
    return client.post(path, told, headers=EN)


class TestList:
    def test_tells_role_unit_last_sign_in_second_factor_and_lock(self, client: Client, boss: User) -> None:
        somebody("mapo", "dealer", "D1", first_name="이마포", locked_until=clock.now() + timedelta(minutes=5))
        left = somebody("left")
        actions.let_go(left, by=boss, at=clock.now())
        page = get(client, "/staff/")
        for words in ("이마포", "mapo", "Dealer", "D1 대리점", "Locked", "No longer here", "never"):
            assert words in page

    def test_asks_as_much_for_many_as_for_few(self, client: Client, boss: User) -> None:
        def asked() -> int:
            with CaptureQueriesContext(connection) as found:
                get(client, "/staff/")
            return len(found)

        somebody("one", "dealer", "D1")
        actions.invite(name="one", role="agent", unit=None, by=boss, at=clock.now())
        asked()
        few = asked()
        for number in range(20):
            somebody(f"n{number}", "agent", "R1")
            actions.invite(name=f"i{number}", role="agent", unit=None, by=boss, at=clock.now())
        assert asked() == few


class TestInvite:
    def test_shows_a_link_that_lets_one_person_in(self, client: Client, boss: User) -> None:
        units = office()
        path = link_of(client, role="dealer", unit=units["D1"].pk)
        assert verbs()[-1] == ("granted", "owner", "Invited: 김하나, Dealer, D1 대리점")
        guest = Client()
        page = get(guest, path)
        assert "Welcome, 김하나" in page and "D1 대리점" in page
        assert joined(guest, path)["Location"] == "/"
        assert is_in(guest)
        user = User.objects.get(username="hana")
        assert (user.role, user.unit) == ("dealer", units["D1"])
        assert [entry.verb for entry in logged()][-2:] == ["granted", "signed_in"]

    def test_keeps_the_secret_out_of_log_and_records(self, client: Client, boss: User) -> None:
        path = link_of(client)
        secret = path.split("/")[2]
        get(Client(), path)
        assert Client().get(path.replace(secret, secret[:-1])).status_code == 404
        assert secret not in "".join(entry.told() for entry in logged())
        assert secret not in str(list(Invitation.objects.values()))

    def test_is_not_written_into_djangos_log_where_it_is_refused(
        self, boss: User, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert Client().get("/invitation/guessed/").status_code == 404
        assert Client().get("/new-password/MQ/guessed/").status_code == 404
        assert "guessed" not in caplog.text

    def test_says_the_same_of_every_link_that_opens_nothing(self, client: Client, boss: User) -> None:
        used, withdrawn, over = link_of(client), link_of(client), link_of(client)
        joined(Client(), used)
        last = Invitation.objects.order_by("pk").last()
        assert last
        Invitation.objects.filter(pk=last.pk).update(
            at=clock.now() - timedelta(days=9), expires_at=clock.now() - timedelta(days=2)
        )
        client.post(f"/staff/invitations/{last.pk - 1}/withdraw/")
        pages = set()
        for path in (used, withdrawn, over, "/invitation/guessed/"):
            for answer in (Client().get(path, headers=EN), joined(Client(), path, "second")):
                assert answer.status_code == 404
                body = answer.content.decode().split("<main", 1)[1]
                pages.add(body)
        assert len(pages) == 1
        assert not User.objects.filter(username="second").exists()

    def test_is_shown_once_and_kept_nowhere(self, client: Client, boss: User) -> None:
        path = link_of(client)
        assert path not in get(client, "/staff/") and path not in get(client, "/staff/invite/")
        answer = client.post("/staff/invite/", {"name": "a", "role": "agent", "unit": ""})
        assert "no-store" in answer["Cache-Control"]

    @pytest.mark.parametrize(
        ("told", "said"),
        [({"name": " "}, "Write the name"), ({"role": "owner"}, "err"), ({"role": "dealer"}, "Choose which"),
         ({"unit": "999"}, "not there any more"), ({"role": ""}, "err")],
    )  # fmt: skip
    def test_refuses_with_a_sentence(self, client: Client, boss: User, told: dict[str, str], said: str) -> None:
        answer = client.post("/staff/invite/", {"name": "a", "role": "agent", "unit": "", **told}, headers=EN)
        assert answer.status_code == 422 and said in answer.content.decode()
        assert not Invitation.objects.exists()

    def test_comes_after_the_owners_own_password(self) -> None:
        here = Client(
            REMOTE_ADDR="127.0.0.1", HTTP_HOST="localhost", HTTP_SEC_FETCH_MODE="navigate", HTTP_ACCEPT="text/html"
        )
        here.get("/")
        assert here.get("/staff/invite/")["Location"] == "/password/"

    def test_warns_of_a_link_that_opens_at_this_machine_alone(self, client: Client, boss: User) -> None:
        told = {"name": "a", "role": "agent", "unit": ""}
        near = client.post("/staff/invite/", told, headers=EN, HTTP_HOST="localhost:8000").content.decode()
        far = client.post("/staff/invite/", told, headers=EN).content.decode()
        assert "this very machine" in near and "this very machine" not in far

    def test_is_not_accepted_in_somebody_elses_session(self, client: Client, boss: User) -> None:
        path = link_of(client)
        assert "You are signed in" in get(client, path)
        joined(client, path)
        assert not User.objects.filter(username="hana").exists()


class TestAccept:
    @pytest.mark.parametrize(
        ("name", "password", "said"),
        [("OWNER", PASSWORD, "is taken"), ("two words", PASSWORD, "2 to 60"), ("hana", "short", "10 signs or longer"),
         ("hana", "hana123456", "guess"), ("", PASSWORD, "Choose the name")],
    )  # fmt: skip
    def test_refuses_beside_the_field_and_the_link_stays_good(
        self, client: Client, boss: User, name: str, password: str, said: str
    ) -> None:
        path, guest = link_of(client), Client()
        assert said in joined(guest, path, name, password).content.decode()
        assert joined(guest, path)["Location"] == "/"

    def test_wants_the_password_twice_the_same(self, client: Client, boss: User) -> None:
        told = {"username": "hana", "new_password1": PASSWORD, "new_password2": PASSWORD + "!"}
        answer = Client().post(link_of(client), told, headers=EN)
        assert "The two are not the same" in answer.content.decode()

    def test_speaks_to_people_as_everywhere_here(self, client: Client, boss: User) -> None:
        answer = Client().post(link_of(client), {"username": ""}, headers={"Accept-Language": "ko"}).content.decode()
        errors = re.findall(r'class="err".*?<span>(.*?)</span>', answer, re.S)
        assert len(errors) == 3 and all(error.endswith("요.") for error in errors), errors


class TestPerson:
    def post(self, client: Client, user: User, step: str, **told: Any) -> Any:
        return client.post(f"/staff/people/{user.pk}/", {"step": step, **told}, headers=EN)

    def test_gets_another_role_with_a_reason(self, client: Client, boss: User) -> None:
        user, unit = somebody(), office()["D1"]
        assert self.post(client, user, "role", role="dealer", unit=unit.pk, why="took over Mapo").status_code == 302
        user.refresh_from_db()
        assert (user.role, user.unit) == ("dealer", unit)
        grant = Grant.objects.get(user=user)
        assert (grant.by, grant.why) == (boss, "took over Mapo")
        page = get(client, f"/staff/people/{user.pk}/")
        assert "took over Mapo" in page and "What they were given" in page
        assert verbs()[-1] == ("granted", "owner", "hana: Dealer, D1 대리점. took over Mapo")

    @pytest.mark.parametrize(
        ("told", "said"),
        [({"why": ""}, "Say why"), ({"role": "dealer"}, "Choose which"), ({"role": "owner"}, "err")],
    )
    def test_keeps_their_role_without_one(self, client: Client, boss: User, told: dict[str, str], said: str) -> None:
        user = somebody()
        answer = self.post(client, user, "role", **{"role": "analyst", "unit": "", "why": "because", **told})
        assert answer.status_code == 422 and said in answer.content.decode()
        user.refresh_from_db()
        assert user.role == "agent" and not Grant.objects.exists()

    def test_follows_a_new_role_at_once(self, client: Client, boss: User) -> None:
        user, theirs = somebody(), Client()
        try_door(theirs)
        assert theirs.get("/map/").status_code == 200
        self.post(client, user, "role", role="dealer", unit=office()["D1"].pk, why="moved")
        assert theirs.get("/map/").status_code == 403

    def test_is_let_go_and_let_in_again(self, client: Client, boss: User) -> None:
        user, theirs = somebody(), Client()
        try_door(theirs)
        assert self.post(client, user, "let_go", why="").status_code == 422
        self.post(client, user, "let_go", why="left us")
        assert not is_in(theirs)
        assert verbs()[-1] == ("granted", "owner", "hana was let go. left us")
        self.post(client, user, "role", role="agent", unit="", why="came back")
        assert not is_in(theirs), "the old session opens again"
        try_door(theirs)
        assert is_in(theirs)

    def test_is_unlocked(self, client: Client, boss: User) -> None:
        user = somebody()
        for _ in range(actions.TRIES):
            try_door(Client(), password="wrong")
        assert "Locked until" in get(client, f"/staff/people/{user.pk}/")
        self.post(client, user, "unlock")
        theirs = Client()
        try_door(theirs)
        assert is_in(theirs)

    def test_gets_a_link_for_a_new_password_good_for_once(self, client: Client, boss: User) -> None:
        user = somebody()
        page = self.post(client, user, "link").content.decode()
        found = re.search(r'value="http://testserver(/new-password/[^"]+/)"', page)
        assert found
        theirs, told = Client(), {"new_password1": "새로 정한 긴 비밀번호", "new_password2": "새로 정한 긴 비밀번호"}
        assert theirs.post(found[1], told)["Location"] == "/sign-in/"
        assert not is_in(theirs)
        try_door(theirs, password="새로 정한 긴 비밀번호")
        assert is_in(theirs)
        assert theirs.post(found[1], told).status_code == 404

    def test_of_the_owner_is_changed_by_nobody(self, client: Client, boss: User) -> None:
        for step, told in (
            ("role", {"role": "agent", "unit": "", "why": "x"}), ("let_go", {"why": "x"}), ("link", {}),
            ("nonsense", {}),
        ):  # fmt: skip
            assert self.post(client, boss, step, **told).status_code < 500
        boss.refresh_from_db()
        assert boss.role == "owner" and boss.is_active

    def test_who_is_not_there_is_not_found(self, client: Client, boss: User) -> None:
        assert client.get("/staff/people/999/").status_code == 404


class TestKeys:
    def make(self, client: Client, **told: Any) -> Any:
        day = (clock.now() + timedelta(days=30)).date().isoformat()
        return client.post(
            "/staff/keys/", {"name": "shop", "may": ["see_customers", "export"], "until": day, **told}, headers=EN
        )

    def test_are_shown_once_and_revoked(self, client: Client, boss: User) -> None:
        page = self.make(client).content.decode()
        found = re.search(r'value="(dgl_[^"]+)"', page)
        assert found and found[1] not in get(client, "/staff/keys/")
        assert verbs()[-1] == ("granted", "owner", "Key shop: See customers, Take lists away")
        secret = found[1].split("_", 2)[2]  # it may have an underscore of its own
        assert len(secret) > 20 and secret not in "".join(entry.told() for entry in logged())
        key = boss.api_keys.get()
        client.post(f"/staff/keys/{key.pk}/revoke/", headers=EN)
        key.refresh_from_db()
        assert key.revoked_at is not None and "Revoked" in get(client, "/staff/keys/")
        assert verbs()[-1] == ("granted", "owner", "Key revoked: shop")

    def test_offer_no_more_than_ones_own_rights(self, client: Client, boss: User) -> None:
        assert "see_legal_hold" not in get(client, "/staff/keys/")
        assert self.make(client, may=["see_legal_hold"]).status_code == 422
        assert not boss.api_keys.exists()

    @pytest.mark.parametrize("told", [{"may": []}, {"until": ""}, {"until": "2020-01-01"}, {"until": "2099-01-01"},
                                      {"until": "x"}, {"name": ""}])  # fmt: skip
    def test_are_refused_with_a_sentence(self, client: Client, boss: User, told: dict[str, Any]) -> None:
        answer = self.make(client, **told)
        assert answer.status_code == 422 and 'class="err"' in answer.content.decode()
        assert not boss.api_keys.exists()


class TestUnits:
    def test_show_the_tree_and_who_may_not_enter(self, client: Client, boss: User) -> None:
        office(contracts=False)
        page = get(client, "/staff/units/")
        assert "3 dealers have no contract" in page and "No contract" in page
        assert page.index("HQ 대리점") < page.index("R1 대리점") < page.index("D1 대리점") < page.index("R2 대리점")

    def test_are_made_named_and_moved(self, client: Client, boss: User) -> None:
        units = office()
        told = {"name": "새 매장", "kind": "shop", "parent": units["R1"].pk, "code": ""}
        place = client.post("/staff/units/new/", told)["Location"]
        made = Unit.objects.get(name="새 매장")
        assert place == f"/staff/units/{made.pk}/" and made.parent == units["R1"]
        client.post(place, {"name": "더 새 매장", "parent": units["R2"].pk})
        made.refresh_from_db()
        assert (made.name, made.parent) == ("더 새 매장", units["R2"])
        assert [entry.reason for entry in logged()] == ["지점 추가: 새 매장", "더 새 매장의 위가 이제 R2 대리점이에요."]

    def test_are_never_part_of_themselves(self, client: Client, boss: User) -> None:
        units = office()
        answer = client.post(
            f"/staff/units/{units['R1'].pk}/", {"name": "R1 대리점", "parent": units["D1"].pk}, headers=EN
        )
        assert answer.status_code == 422 and "cannot be part of itself" in answer.content.decode()

    def test_open_for_entry_with_a_contract_and_close_with_its_end(self, client: Client, boss: User) -> None:
        unit = office(contracts=False)["D1"]
        path = f"/staff/units/{unit.pk}/"
        assert "Entry is closed here" in get(client, path)
        day = (clock.as_of() - timedelta(days=9)).date().isoformat()
        client.post(path, {"step": "contract", "status": "processor", "signed_on": day, "purpose": "배달", "items": ""})
        assert "Entry is closed here" not in get(client, path)
        contract = unit.contracts.get()
        assert contract.by == boss
        client.post(f"/staff/contracts/{contract.pk}/end/")
        assert "Entry is closed here" in get(client, path)

    @pytest.mark.parametrize(
        "told", [{"status": ""}, {"status": "friend"}, {"signed_on": ""}, {"signed_on": "tomorrow"}]
    )
    def test_refuse_a_contract_with_a_sentence(self, client: Client, boss: User, told: dict[str, str]) -> None:
        unit = office(contracts=False)["D1"]
        sent = {"step": "contract", "status": "processor", "signed_on": "2026-01-01", **told}
        answer = client.post(f"/staff/units/{unit.pk}/", sent, headers=EN)
        assert answer.status_code == 422 and 'class="err"' in answer.content.decode()
        assert not unit.contracts.exists()

    def test_stand_beside_others_who_get_data_with_their_country(self, client: Client, boss: User) -> None:
        told = {"recipient": "CloudMail", "country": "us", "status": "processor", "signed_on": "2026-01-02",
                "purpose": "e-mail", "items": "names"}  # fmt: skip
        assert client.post("/staff/recipients/new/", told)["Location"] == "/staff/units/"
        page = get(client, "/staff/units/")
        assert "CloudMail" in page and "US" in page and "overseas" in page
        bad = client.post("/staff/recipients/new/", told | {"country": "한국"}, headers=EN)
        assert bad.status_code == 422 and "two letters" in bad.content.decode()


class TestAccount:
    def test_shows_what_somebody_was_given(self, client: Client) -> None:
        user = somebody()
        actions.change_role(user, role="analyst", unit=None, by=user, at=clock.now(), why="numbers")
        client.force_login(user)
        page = get(client, "/account/")
        assert "Analyst" in page and "numbers" in page and "Only a password keeps this account" in page

    def test_tells_the_reasons_we_write_in_the_readers_language(self, client: Client) -> None:
        made = actions.make_owner(at=clock.now())
        assert made
        client.force_login(made)
        assert "First use" in get(client, "/account/")
        assert "첫 사용" in client.get("/account/", headers={"Accept-Language": "ko"}).content.decode()


class TestWords:
    def test_name_every_right(self) -> None:
        from dangol.records.staff.roles import May
        from dangol.web.staff.words import MAY

        assert set(MAY) == set(May)
