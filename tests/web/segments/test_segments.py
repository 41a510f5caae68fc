"""Segments in the browser's words: keep the picked, decide for them, take the sheets along."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dangol.decisions.segments.actions import save
from dangol.decisions.segments.models import Segment
from dangol.decisions.segments.sheets import Mix, write_sheet
from dangol.records.customers import selecting
from dangol.records.customers.at_hand import AT_HAND
from dangol.records.staff.roles import Role
from tests.people import AT, people, valued
from tests.records.staff.office import staff
from tests.web.business import NOW, signed_in

EN = {"Accept-Language": "en"}


def get(client: Client, path: str) -> str:
    answer = signed_in(client).get(path, headers=EN)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db
@pytest.mark.store
class TestPages:
    def test_begin_by_saying_how_a_segment_comes_about(self, client: Client) -> None:
        assert "No segment yet" in get(client, "/segments/")

    def test_keep_the_picked_under_a_name_and_propose_a_sheet(self, client: Client) -> None:
        valued(people(3), as_of=NOW)
        sent = {"name": "Those we owe"}
        answer = signed_in(client).post("/segments/keep/?region=II", sent, headers=EN)
        one = Segment.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, f"/segments/{one.pk}/")
        assert (one.name, one.rule) == ("Those we owe", {"region": ["II"]})
        page = get(client, f"/segments/{one.pk}/")
        assert "only a proposal to begin with" in page
        assert "A gift, personal care" in page
        assert "<b>3</b>" in page

    def test_propose_by_where_most_of_a_drawn_shape_stand(self, client: Client) -> None:
        valued(people(5), regions=("II", "II", "II", "III", "I"), as_of=NOW)
        one = save({"lasso": [[0, 0], [100, 0], [100, 100], [0, 100]]}, by=None, at=AT)
        assert "A gift, personal care" in get(client, f"/segments/{one.pk}/")

    def test_count_very_many_from_what_is_kept_at_hand(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        valued(people(5), regions=("II", "II", "II", "III", "I"), as_of=NOW)
        one = save({"lasso": [[0, 0], [100, 0], [100, 100], [0, 100]]}, by=None, at=AT)
        monkeypatch.setattr(selecting, "LARGE", 0)
        AT_HAND.clear()
        get(client, f"/segments/{one.pk}/")  # reads what is kept
        with CaptureQueriesContext(connection) as seen:
            page = get(client, f"/segments/{one.pk}/")
        AT_HAND.clear()
        assert "A gift, personal care" in page and "<b>5</b>" in page
        assert not [
            told for told in seen.captured_queries if "COUNT" in told["sql"] and "analysis_score" in told["sql"]
        ]

    def test_call_nothing_a_proposal_where_no_region_holds_most(self, client: Client) -> None:
        valued(people(4), regions=("II", "III", "I", "unknown"), as_of=NOW)
        one = save({}, by=None, at=AT)
        page = get(client, f"/segments/{one.pk}/")
        assert "only a proposal" not in page
        assert "and nothing is proposed" in page

    def test_decide_and_show_what_was_decided_before(self, client: Client) -> None:
        valued(people(1), as_of=NOW)
        one = save({"region": ["II"]}, by=None, at=AT)
        for position in ("Near when needed", "First to ask"):
            sent: dict[str, Any] = {"target": "first", "position": position}
            assert signed_in(client).post(f"/segments/{one.pk}/decide/", sent, headers=EN).status_code == 302
        page = get(client, f"/segments/{one.pk}/")
        assert "only a proposal" not in page
        assert page.index("First to ask") < page.index("Near when needed")
        assert "First to ask" in get(client, "/segments/")

    def test_show_who_may_not_decide_the_sheet_as_text(self, client: Client) -> None:
        one = save({"region": ["II"]}, by=None, at=AT)
        signed_in(client)
        client.force_login(staff(Role.ANALYST))

        def seen() -> str:
            return client.get(f"/segments/{one.pk}/", headers=EN).content.decode()

        assert "Nothing is decided yet." in seen()
        write_sheet(one, Mix(target="first", price="As usual"), by=None, at=AT)
        assert "<dd>As usual</dd>" in seen()
        assert "<textarea" not in seen()
        assert "/decide/" not in seen()

    def test_say_beside_the_field_what_cannot_be(self, client: Client) -> None:
        one = save({"region": ["II"]}, by=None, at=AT)
        sent = {"target": "first", "value": "x" * 301}
        answer = signed_in(client).post(f"/segments/{one.pk}/decide/", sent, headers=EN)
        assert answer.status_code == 422
        assert 'class="err"' in answer.content.decode()
        assert not one.sheets.exists()

    def test_open_before_anybody_is_valued(self, client: Client) -> None:
        one = save({"region": ["II"]}, by=None, at=AT)
        assert "values that are not worked out yet" in get(client, f"/segments/{one.pk}/")

    def test_lead_to_the_map_only_where_it_shows_the_whole_rule(self, client: Client) -> None:
        valued(people(1), as_of=NOW)
        shown = save({"region": ["II"], "customer_value": [0, 40]}, by=None, at=AT)
        beyond = save({"region": ["II"], "customer_equity": [None, 40]}, by=None, at=AT)
        assert "/map/?region=II&amp;cv_low=0&amp;cv_high=40" in get(client, f"/segments/{shown.pk}/")
        assert "/map/?region" not in get(client, f"/segments/{beyond.pk}/")

    def test_list_a_rule_once_however_many_campaigns_saved_it(self, client: Client) -> None:
        one = save({"region": ["II"]}, by=None, at=AT, name="With a sheet")
        write_sheet(one, Mix(target="first"), by=None, at=AT)
        save({"region": ["II"]}, by=None, at=AT, name="Of a campaign")
        page = get(client, "/segments/")
        assert "With a sheet" in page
        assert "Of a campaign" not in page

    def test_ask_the_store_no_more_for_more_segments(self, client: Client) -> None:
        counts = []
        signed_in(client).get("/segments/", headers=EN)  # the first look reads what the frame keeps
        for number in (2, 12):
            for place in range(number):
                save({"customer_value": [place, 90 - number]}, by=None, at=AT)
            with CaptureQueriesContext(connection) as queries:
                client.get("/segments/", headers=EN)
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_give_the_sheets_along_side_by_side(self, client: Client) -> None:
        one = save({"region": ["II"]}, by=None, at=AT, name="Those we owe")
        write_sheet(one, Mix(target="first", reward="thanks"), by=None, at=AT)
        told = signed_in(client).get("/segments/sheets.csv", headers=EN).content.decode("utf-8-sig")
        heading, row = csv.reader(io.StringIO(told))
        assert dict(zip(heading, row, strict=True)) | {"Reward": "thanks", "Segment": "-"} == {
            **dict(zip(heading, row, strict=True)), "Segment": "-",
        }  # fmt: skip
        assert row[0] == "Those we owe"

    def test_give_no_cell_that_a_spreadsheet_would_take_for_a_formula(self, client: Client) -> None:
        one = save({"region": ["II"]}, by=None, at=AT, name="=1+1")
        write_sheet(one, Mix(target="first", reward="@SUM(1)"), by=None, at=AT)
        told = b"".join(signed_in(client).get("/segments/sheets.csv", headers=EN)).decode("utf-8-sig")
        _heading, row = csv.reader(io.StringIO(told))
        assert (row[0], row[-1]) == ("'=1+1", "'@SUM(1)")

    def test_open_where_a_field_of_the_rule_is_no_more(self, client: Client) -> None:
        one = Segment.objects.create(name="Old", rule={"shoe_size": [40, 42]}, saved_at=AT)
        assert "shoe_size" in get(client, "/segments/")
        assert "Nobody can be picked by its rule any more" in get(client, f"/segments/{one.pk}/")
