"""What is decided for a segment: dated, never edited, the last word counts."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.decisions.segments.actions import save
from dangol.decisions.segments.models import Segment, Sheet
from dangol.decisions.segments.sheets import (
    LONGEST,
    PARTS,
    Mix,
    NoSuchSheet,
    proposal,
    sheet_of,
    sheets_of,
    write_sheet,
)
from dangol.records.changes.models import Change
from tests.people import AT

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def segment(name: str = "") -> Segment:
    return save({"region": ["II"]}, by=None, at=AT, name=name)


class TestWriting:
    def test_keeps_what_was_decided_before(self) -> None:
        one = segment()
        assert write_sheet(one, Mix(target="first", position="곁에 있는 가게"), by=None, at=AT)
        assert write_sheet(one, Mix(target="not"), by=None, at=AT)
        now = sheet_of(one)
        assert now is not None
        assert (now.target, now.position) == ("not", "")
        assert list(one.sheets.order_by("pk").values_list("target", "position")) == [
            ("first", "곁에 있는 가게"), ("not", ""),
        ]  # fmt: skip

    def test_changes_nothing_where_the_same_is_decided_again(self) -> None:
        one, mix = segment(), Mix(target="first", value="믿음")
        assert write_sheet(one, mix, by=None, at=AT)
        before = Change.objects.count()
        assert not write_sheet(one, mix, by=None, at=AT)
        assert (one.sheets.count(), Change.objects.count()) == (1, before)

    def test_tells_the_change_feed(self) -> None:
        one, before = segment(), Change.objects.count()
        write_sheet(one, Mix(target="first"), by=None, at=AT)
        assert Change.objects.count() == before + 1

    @pytest.mark.parametrize("wrong", [{"target": "never"}, {"target": "first", "reward": "가" * (LONGEST + 1)}])
    def test_refuses_what_no_sheet_can_hold(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(NoSuchSheet):
            write_sheet(segment(), Mix(**wrong), by=None, at=AT)
        assert not Sheet.objects.exists()

    def test_tidies_spaces_and_lines(self) -> None:
        one = segment()
        write_sheet(one, Mix(target="first", price=" 평소\r\n 가격 "), by=None, at=AT)
        assert sheet_of(one).price == "평소 가격"


class TestReading:
    def test_finds_the_sheets_of_many_in_one_query(self) -> None:
        many = [segment(str(number)) for number in range(5)]
        for one in many[:3]:
            write_sheet(one, Mix(target="later"), by=None, at=AT)
            write_sheet(one, Mix(target="first"), by=None, at=AT)
        with CaptureQueriesContext(connection) as queries:
            found = sheets_of(many)
        assert len(queries) == 1
        assert {key: sheet.target for key, sheet in found.items()} == {one.pk: "first" for one in many[:3]}


class TestProposal:
    @pytest.mark.parametrize("region", ["I", "II", "III"])
    def test_fits_a_sheet_and_says_something_for_each_region_of_the_map(self, region: str) -> None:
        one, mix = segment(), proposal(region)
        assert write_sheet(one, mix, by=None, at=AT)
        assert all(getattr(mix, name) for name in PARTS if name != "channel")

    def test_sells_to_those_who_get_more_and_cares_for_those_who_give_more(self) -> None:
        assert proposal("I") != proposal("II")
        assert {proposal(region).target for region in ("I", "II")} == {"first"}

    def test_proposes_nothing_for_customers_of_several_regions(self) -> None:
        assert proposal("") == Mix()
