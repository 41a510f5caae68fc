"""The frame around every page."""

from __future__ import annotations

import dataclasses
import gzip
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dangol.records.staff.roles import Role
from dangol.web import clock
from dangol.web.shell import charts
from tests.records.staff.office import office, staff
from tests.web.business import business, signed_in

pytestmark = pytest.mark.django_db
PAGES = ("/", "/customers/", "/messages/", "/start/", "/password/")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["ko", "en"])
class TestEveryPage:
    def test_says_its_language_and_title(self, client: Client, path: str, language: str) -> None:
        page = _text(signed_in(client), path, language)
        assert f'<html lang="{language}">' in page
        assert page.count("<h1") == 1
        assert ("단골</title>" if language == "ko" else "Dangol</title>") in page

    def test_holds_no_inline_style_or_script(self, client: Client, path: str, language: str) -> None:
        page = _text(signed_in(client), path, language)
        assert " style=" not in page
        assert "<style" not in page
        assert " onclick=" not in page
        assert "<script>" not in page

    def test_says_when_its_data_are_simulated(self, client: Client, settings: Any, path: str, language: str) -> None:
        words = "모의 자료" if language == "ko" else "Simulated data"
        settings.DANGOL = dataclasses.replace(settings.DANGOL, source="dairy", simulated=True)
        assert f'<span class="sim">{words}</span>' in _text(signed_in(client), path, language).partition("<main")[0]
        settings.DANGOL = dataclasses.replace(settings.DANGOL, source="own", simulated=False)
        assert 'class="sim"' not in _text(client, path, language).partition("<main")[0]


class TestFrame:
    def test_says_when_its_data_are_borrowed(self, client: Client, settings: Any) -> None:
        settings.DANGOL = dataclasses.replace(settings.DANGOL, source="retail", simulated=False)
        assert "Real data, non-commercial" in _text(signed_in(client), "/", "en")

    def test_marks_the_room_one_is_in(self, client: Client) -> None:
        page = _text(signed_in(client), "/customers/", "en")
        assert page.count('aria-current="page"') == 2  # the menu and the phone's bar
        assert '<a href="/customers/" data-go="KeyC" aria-current="page">' in page

    def test_leads_only_to_rooms_that_exist(self, client: Client) -> None:
        page = _text(signed_in(client), "/", "en")
        for address in {part.split('"')[0] for part in page.split('<a href="/')[1:]}:
            assert client.get(f"/{address}").status_code == 200, address

    @pytest.mark.parametrize("role", [Role.AGENT, Role.DEALER])
    def test_leads_those_of_one_unit_to_their_own_numbers_and_to_no_room_of_the_whole(
        self, client: Client, role: Role
    ) -> None:
        office()
        client.force_login(staff(role, "D1"))
        rooms = re.findall(r'<a href="([^"]+)" data-go="', _text(client, "/", "en"))
        assert rooms == ["/", "/customers/", "/insight/cube/", *(["/privacy/"] if role == Role.AGENT else [])]
        assert [client.get(address).status_code for address in rooms] == [200] * len(rooms)
        assert client.get("/insight/").status_code == 403

    def test_tells_the_age_of_its_data(self, client: Client) -> None:
        business()
        page = _text(signed_in(client), "/", "en")
        assert "Data as of" in page
        assert "Warehouse v000001" in page

    def test_allows_nothing_from_elsewhere(self, client: Client) -> None:
        policy = signed_in(client).get("/")["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "style-src 'self'" in policy
        assert "unsafe" not in policy

    def test_changes_its_language(self, client: Client) -> None:
        answer = signed_in(client).post("/language/", {"language": "en", "next": "/customers/"})
        assert answer["Location"] == "/customers/"
        assert '<html lang="en">' in client.get("/customers/").content.decode()

    def test_changes_its_language_on_the_answer_to_a_form_by_the_page_the_form_stands_on(self, client: Client) -> None:
        back = {"Referer": "http://testserver/start/?all=1"}
        page = signed_in(client).post("/start/dairy/open/", headers=back).content.decode()
        assert set(re.findall(r'name="next" value="([^"]*)"', page)) == {"/start/?all=1"}
        page = client.post(
            "/start/dairy/open/", headers={"Referer": "http://elsewhere.example/start/"}
        ).content.decode()
        assert set(re.findall(r'name="next" value="([^"]*)"', page)) == {"/start/dairy/open/"}


class TestChartBundle:
    def test_comes_gzipped_and_for_ever(self, client: Client) -> None:
        answer = client.get(f"/charts-{charts.bundle_version()}.js", headers={"Accept-Encoding": "gzip"})
        assert answer["Content-Encoding"] == "gzip"
        assert "immutable" in answer["Cache-Control"]
        assert b"vegaEmbed" in gzip.decompress(answer.content)

    def test_comes_plain_where_gzip_is_not_taken(self, client: Client) -> None:
        answer = client.get(f"/charts-{charts.bundle_version()}.js", headers={"Accept-Encoding": "identity"})
        assert b"vegaEmbed" in answer.content

    def test_of_another_version_is_not_there(self, client: Client) -> None:
        assert client.get("/charts-0123456789ab.js").status_code == 404


class TestClock:
    def test_reads_the_home_again_when_it_changed(self, settings: Any, tmp_path: Path) -> None:
        settings.DANGOL_HOME = tmp_path
        assert clock.home() is settings.DANGOL
        file = tmp_path / "dangol.toml"
        file.write_text('name = "푸른들"\nas_of = 2026-09-28T00:00:00+09:00\n')
        assert clock.home().name == "푸른들"
        assert clock.as_of() == datetime(2026, 9, 27, 15, tzinfo=UTC)
        file.write_text('name = "푸른들유업"\n')
        assert clock.home().name == "푸른들유업"
        assert clock.as_of().tzinfo is not None


def _text(client: Client, path: str, language: str) -> str:
    client.cookies["django_language"] = language
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()
