"""The pictures of Insight to take away: drawn with what they say, or as numbers; of every question that has any."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from dangol.insight.analysis.models import Run
from dangol.records.staff.roles import Role
from dangol.web.shell.titles import in_lines
from tests.insight.analysis.surveys.sheets import a_wave
from tests.records.staff.office import office, staff
from tests.web.business import NOW, signed_in
from tests.web.insight.found_groups import groups_run
from tests.web.insight.looked import looked
from tests.web.insight.runs import leaving_run, rhythm_run

pytestmark = pytest.mark.django_db


def surveyed() -> Run:
    """A wave large enough to tell what drives satisfaction."""
    return looked(a_wave(400))


PICTURES: dict[tuple[str, str], Callable[[], Run]] = {
    ("rhythm", "tracking"): lambda: rhythm_run(NOW), ("rhythm", "frequency"): lambda: rhythm_run(NOW),
    ("leaving", "reliability"): lambda: leaving_run(NOW, []), ("leaving", "profit"): lambda: leaving_run(NOW, []),
    ("groups", "profiles"): lambda: groups_run(NOW), ("satisfaction", "waves"): surveyed,
    ("satisfaction", "mending"): surveyed,
}  # fmt: skip
BEGINS = {"png": b"\x89PNG", "svg": b"<svg", "pdf": b"%PDF", "csv": b"\xef\xbb\xbf"}


@pytest.mark.parametrize(("question", "chart"), PICTURES)
class TestPicture:
    def test_is_offered_on_its_page_as_four_kinds_of_files(self, client: Client, question: str, chart: str) -> None:
        run = PICTURES[question, chart]()
        page = signed_in(client).get(f"/insight/{question}/").content.decode()
        links = re.findall(rf'href="(/insight/{question}/{run.pk}/{chart}\.(\w+)\?[^"]*)" download', page)
        assert [kind for _, kind in links] == ["png", "svg", "pdf", "csv"]
        for address, kind in links:
            file = client.get(unescape(address))
            assert file.status_code == 200
            assert file.content.startswith(BEGINS[kind])
            assert re.search(rf'filename="{question}-{chart}-[\d-]+\.{kind}"', file.headers["Content-Disposition"])

    def test_tells_in_its_file_what_it_says_on_its_page(self, client: Client, question: str, chart: str) -> None:
        run = PICTURES[question, chart]()
        page = signed_in(client).get(f"/insight/{question}/", headers={"accept-language": "en"}).content.decode()
        finding = re.search(rf'id="{chart}-finding">(.*?)</h2>', page)
        assert finding is not None
        drawn = client.get(
            f"/insight/{question}/{run.pk}/{chart}.svg", headers={"accept-language": "en"}
        ).content.decode()
        words = unescape(" ".join(re.findall(r">([^<>]+)</t(?:ext|span)>", drawn)))
        assert unescape(finding[1]) in words
        assert "var(" not in drawn
        rows = list(csv.reader(io.StringIO(client.get(f"/insight/{question}/{run.pk}/{chart}.csv").content.decode())))
        assert len(rows) > 1
        assert len({len(row) for row in rows}) == 1


class TestRefused:
    @pytest.mark.parametrize("address", [
        "leaving/{run}/nothing.svg", "leaving/{run}/profit.exe", "nothing/{run}/profit.svg",
        "rhythm/{run}/tracking.svg", "leaving/999/profit.svg", "groups/{run}/profiles.svg",
        "satisfaction/{run}/waves.svg",
    ])  # fmt: skip
    def test_where_there_is_no_such_picture(self, client: Client, address: str) -> None:
        run = leaving_run(NOW, [])
        assert signed_in(client).get(f"/insight/{address.format(run=run.pk)}").status_code == 404

    def test_to_those_who_see_their_own_customers_alone(self, client: Client) -> None:
        run = leaving_run(NOW, [])
        office()
        client.force_login(staff(Role.DEALER))
        assert client.get(f"/insight/leaving/{run.pk}/profit.svg").status_code == 403

    def test_where_surveys_do_not_tell_what_to_mend(self, client: Client) -> None:
        run = looked([])
        assert signed_in(client).get(f"/insight/satisfaction/{run.pk}/mending.svg").status_code == 404
        assert client.get(f"/insight/satisfaction/{run.pk}/waves.svg").status_code == 404


def test_reckons_profit_with_what_stands_in_the_address(client: Client) -> None:
    run = leaving_run(NOW, [])
    address = f"/insight/leaving/{run.pk}/profit.csv?kept=1&value=100"
    dear, cheap = (signed_in(client).get(f"{address}&cost={cost}").content for cost in (900, 0))
    assert dear != cheap


class TestLines:
    def test_break_where_a_sentence_would_run_out_of_the_picture(self) -> None:
        told = in_lines("one two three four five six", 10, 60)
        assert " ".join(told) == "one two three four five six"
        assert len(told) > 1
        assert in_lines("하나 둘", 10, 200) == ["하나 둘"]
        assert in_lines("하나 둘", 10, 20) == ["하나", "둘"]

    def test_keep_a_word_whole_that_is_longer_than_the_picture(self) -> None:
        assert in_lines("a" * 99, 10, 60) == ["a" * 99]
        assert in_lines("", 10, 60) == [""]
