"""The first-run page: the homes there can be, loading one, opening one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.test import Client

from dangol.web.start import homes, opening
from dangol.web.start.homes import CannotSwitch, HomeState
from tests.stores import begin, empty_tables
from tests.web.business import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def states(monkeypatch: pytest.MonkeyPatch) -> dict[str, HomeState]:
    """Return the states the page sees; a test may change them."""
    seen = {
        "dairy": HomeState("dairy", Path("/homes/dairy"), "ready", current=True, progress={}),
        "retail": HomeState("retail", Path("/homes/retail"), "absent", current=False, progress={}),
        "own": HomeState("own", Path("/homes/own"), "absent", current=False, progress={}),
    }
    monkeypatch.setattr(homes, "home_states", lambda: list(seen.values()))
    return seen


def text(client: Client, path: str = "/start/") -> str:
    answer = signed_in(client).get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


class TestStart:
    def test_offers_what_can_be_done_with_each_home(self, client: Client, states: dict[str, HomeState]) -> None:
        page = text(client)
        assert "Open now" in page.partition('id="home-dairy"')[2].partition('id="home-retail"')[0]
        assert "Load" in page.partition('id="home-retail"')[2].partition('id="home-own"')[0]
        assert "Begin with my own file" in page.partition('id="home-own"')[2]
        assert "non-commercial" in page

    def test_shows_how_far_loading_got_and_asks_again(self, client: Client, states: dict[str, HomeState]) -> None:
        told = {"stage": "transactions", "done": 1200, "total": 4000, "pid": 1}
        states["retail"] = HomeState("retail", Path("/homes/retail"), "loading", current=False, progress=told)
        part = text(client, "/start/retail/")
        assert "Transactions" in part
        assert 'value="1200" max="4000"' in part
        assert 'hx-get="/start/retail/"' in part
        states["retail"] = HomeState("retail", Path("/homes/retail"), "ready", current=False, progress={})
        assert "hx-get" not in text(client, "/start/retail/")

    def test_says_why_loading_failed(self, client: Client, states: dict[str, HomeState]) -> None:
        told = {"problem": "40 MB more disk needed."}
        states["retail"] = HomeState("retail", Path("/homes/retail"), "failed", current=False, progress=told)
        page = text(client)
        assert "40 MB more disk needed." in page
        assert "Try again" in page

    def test_knows_three_homes(self, client: Client) -> None:
        assert signed_in(client).get("/start/other/").status_code == 404
        assert client.post("/start/other/load/").status_code == 404


class TestLoad:
    def test_begins_and_shows_the_card(
        self, client: Client, states: dict[str, HomeState], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[str] = []
        monkeypatch.setattr(homes, "load", asked.append)
        assert signed_in(client).post("/start/retail/load/", headers={"HX-Request": "true"}).status_code == 200
        assert client.post("/start/retail/load/")["Location"] == "/start/"
        assert asked == ["retail", "retail"]

    def test_needs_a_post(self, client: Client) -> None:
        assert signed_in(client).get("/start/retail/load/").status_code == 405


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what was done to homes, none of it really; any may be opened."""
    steps: list[str] = []
    monkeypatch.setattr(homes, "home_path", lambda name: Path("/homes") / name)
    monkeypatch.setattr(homes, "make_own", lambda: steps.append("made own"))
    monkeypatch.setattr(homes, "refuse_switch", lambda name: None)
    monkeypatch.setattr(opening, "bring_up_to_date", lambda path: steps.append(f"brought up to date {path.name}"))
    monkeypatch.setattr(homes, "switch", lambda name: steps.append(f"switched to {name}"))
    return steps


@pytest.mark.usefixtures("states")
class TestSwitch:
    def test_begins_with_a_page_that_is_there_before_the_server_changes_over(
        self, client: Client, done: list[str]
    ) -> None:
        page = signed_in(client).post("/start/retail/open/").content.decode()
        assert 'data-home="retail"' in page
        assert done == []

    def test_is_done_when_that_page_asks(self, client: Client, done: list[str]) -> None:
        assert signed_in(client).post("/start/retail/open/", {"now": "1"}).status_code == 204
        assert done == ["brought up to date retail", "switched to retail"]

    def test_makes_ones_own_home_first(self, client: Client, done: list[str]) -> None:
        signed_in(client).post("/start/own/open/")
        assert done == ["made own"]

    def test_that_cannot_be_done_says_why(
        self, client: Client, done: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(name: str) -> None:
            raise CannotSwitch("There is nothing in that home yet.")

        monkeypatch.setattr(homes, "refuse_switch", refuse)
        answer = signed_in(client).post("/start/retail/open/")
        assert answer.status_code == 409
        assert "There is nothing in that home yet." in answer.content.decode()

    def test_that_cannot_be_done_any_more_is_told_to_the_page_that_waits(
        self, client: Client, done: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(name: str) -> None:
            raise CannotSwitch("There is nothing in that home any more.")

        monkeypatch.setattr(homes, "refuse_switch", refuse)
        answer = signed_in(client).post("/start/retail/open/", {"now": "1"})
        assert (answer.status_code, answer.json()) == (409, {"problem": "There is nothing in that home any more."})
        assert done == []

    def test_whose_home_cannot_be_brought_up_to_date_says_why_and_leaves_the_server_as_it_is(
        self, client: Client, done: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(path: Path) -> None:
            raise CannotSwitch("Its tables are broken.")

        monkeypatch.setattr(opening, "bring_up_to_date", refuse)
        answer = signed_in(client).post("/start/retail/open/", {"now": "1"})
        assert (answer.status_code, answer.json()) == (409, {"problem": "Its tables are broken."})
        assert done == []

    def test_says_which_home_answers_to_anybody(self, client: Client) -> None:
        assert client.get("/start/served/").json() == {"home": "own"}


def tables(store: Path) -> set[str]:
    """The tables of a SQLite file."""
    with closing(sqlite3.connect(store)) as records:
        return {name for (name,) in records.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


class TestBringUpToDate:
    def test_makes_the_tables_of_a_new_home(self) -> None:
        assert "customers_customer" in tables(empty_tables())  # which it made

    def test_makes_the_tables_that_lack(self, tmp_path: Path) -> None:
        (begin(tmp_path) / "dangol.toml").write_text('source = "own"\n')
        before = tables(tmp_path / "records.sqlite3")
        with closing(sqlite3.connect(tmp_path / "records.sqlite3")) as store, store:
            store.execute("DROP TABLE django_session")
            store.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
        opening.bring_up_to_date(tmp_path)
        assert tables(tmp_path / "records.sqlite3") == before

    def test_has_people_found_who_came_before_the_index_did(self, tmp_path: Path) -> None:
        (begin(tmp_path) / "dangol.toml").write_text('source = "own"\n')
        told = {"full_name": "김단골", "registered_at": "2026-01-01 00:00:00", "attributes": "{}", "kind": "person"}
        with closing(sqlite3.connect(tmp_path / "records.sqlite3")) as store, store:
            needed = [
                (name, told.get(name, 0 if "int" in kind.lower() else ""))
                for _place, name, kind, must, default, key in store.execute("PRAGMA table_info(customers_customer)")
                if must and default is None and not key
            ]
            names, marks = ", ".join(name for name, _value in needed), ", ".join("?" * len(needed))
            store.execute(f"INSERT INTO customers_customer ({names}) VALUES ({marks})", [value for _n, value in needed])
            store.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
            store.execute("DROP TABLE django_session")
        opening.bring_up_to_date(tmp_path)
        with closing(sqlite3.connect(tmp_path / "records.sqlite3")) as store:
            assert store.execute("SELECT count(*) FROM customers_searchcard").fetchone() == (1,)

    def test_says_why_it_could_not(self, tmp_path: Path) -> None:
        (tmp_path / "dangol.toml").write_text("nonsense = 1\n")
        with pytest.raises(CannotSwitch, match="unknown setting 'nonsense'"):
            opening.bring_up_to_date(tmp_path)
