"""Whether to report, whom to tell by when, and what of it is done: every boundary."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dangol.records.staff.breach import actions
from dangol.records.staff.breach.laws import law_on
from dangol.records.staff.breach.models import Decision, Finding
from dangol.records.staff.breach.queries import pressing, report, state
from tests.records.staff.breach.incident import AT, AWARE, KNOWN, by, incident, standing

pytestmark = [pytest.mark.django_db, pytest.mark.store]

LAW = law_on(date(2026, 11, 20), jurisdiction="kr")
Kind = Decision.Kind


class TestReport:
    @pytest.mark.parametrize(
        ("people", "sensitive", "intrusion", "due", "reasons"),
        [
            (0, False, False, False, 0),
            (1, False, False, False, 0),
            (999, False, False, False, 0),
            (1_000, False, False, True, 1),
            (1, False, True, True, 1),
            (1, True, False, True, 1),
            (999, True, True, True, 2),
            (1_000, True, True, True, 3),
        ],
    )
    def test_is_due_by_number_by_kind_and_by_intrusion(
        self, people: int, sensitive: bool, intrusion: bool, due: bool, reasons: int
    ) -> None:
        told = report(Finding(standing="certain", sensitive=sensitive, intrusion=intrusion), people, LAW)
        assert (told.due, told.once_certain, len(told.reasons)) == (due, False, reasons)

    def test_of_a_possible_leak_waits_until_it_is_certain(self) -> None:
        told = report(Finding(standing="possible"), 1_000, LAW)
        assert (told.due, told.once_certain) == (False, True)

    def test_of_no_leak_is_not_due(self) -> None:
        told = report(Finding(standing="not_leaked", intrusion=True), 5_000, LAW)
        assert (told.due, told.once_certain) == (False, False)

    def test_elsewhere_is_due_for_one_person(self) -> None:
        law = law_on(date(2026, 11, 20), jurisdiction="intl")
        assert report(Finding(standing="certain"), 1, law).due
        assert not report(Finding(standing="certain"), 0, law).due

    @pytest.mark.parametrize(("people", "due"), [(999, False), (1_000, True)])
    def test_counts_the_people_on_record(self, people: int, due: bool) -> None:
        assert standing(incident(people=people)).report.due is due


class TestClock:
    def test_runs_from_becoming_aware(self) -> None:
        clock = standing(incident()).clock
        assert clock.warn_at == AWARE + timedelta(hours=48)
        assert clock.ends_at == AWARE + timedelta(hours=72)
        assert clock.hours_left(AWARE + timedelta(hours=20, minutes=1)) == 51
        assert clock.hours_left(AWARE + timedelta(hours=73)) == -1

    def test_rings_at_forty_eight_hours(self) -> None:
        told = standing(incident())
        assert not told.alarm(AWARE + timedelta(hours=48) - timedelta(seconds=1))
        assert told.alarm(AWARE + timedelta(hours=48))

    def test_is_that_of_the_law_when_we_became_aware(self) -> None:
        old = incident(aware_at=datetime(2026, 9, 10, 12, tzinfo=UTC))
        assert standing(old).law.id == "kr-2023-09"
        # It is the eleventh in Seoul already.
        new = incident(aware_at=datetime(2026, 9, 10, 15, tzinfo=UTC))
        assert standing(new).law.id == "kr-2026-09"


class TestTelling:
    def test_is_to_be_done_until_letters_or_a_posting(self) -> None:
        for kind in (Kind.LETTERS, Kind.POSTED):
            made = incident(people=3)
            assert standing(made).to_tell
            actions.decide(made, kind, finding=standing(made).finding, people=3, by=by(), at=AT)
            assert not standing(made).to_tell
            assert not standing(made).alarm(AWARE + timedelta(hours=60))

    def test_of_a_possible_leak_is_to_be_done_under_the_newer_law_alone(self) -> None:
        assert standing(incident("possible")).to_tell
        assert not standing(incident("possible", aware_at=datetime(2026, 9, 1, tzinfo=UTC))).to_tell

    def test_is_to_be_done_again_when_more_is_known(self) -> None:
        made = incident("possible", people=3)
        actions.decide(made, Kind.LETTERS, finding=standing(made).finding, people=3, by=by(), at=AT)
        actions.record_finding(made, standing="certain", by=by(), at=AT, **KNOWN)
        told = standing(made)
        assert told.to_tell and len(told.told_before) == 1

    def test_of_no_leak_goes_to_those_who_were_worried(self) -> None:
        quiet, loud = incident("possible"), incident("possible")
        actions.decide(loud, Kind.LETTERS, finding=standing(loud).finding, people=3, by=by(), at=AT)
        for made in (quiet, loud):
            actions.record_finding(made, standing="not_leaked", by=by(), at=AT, **KNOWN)
        assert not standing(quiet).to_tell
        assert standing(loud).to_tell


class TestReporting:
    @pytest.mark.parametrize("kind", [Kind.REPORTED, Kind.SPARED])
    def test_is_done_by_a_report_or_a_reason(self, kind: str) -> None:
        made = incident(people=1_000)
        assert standing(made).to_report
        actions.decide(made, kind, text="접수 2026-11", by=by(), at=AT)
        assert not standing(made).to_report

    def test_needs_nothing_once_closed(self) -> None:
        made = incident(people=1_000)
        actions.decide(made, Kind.CLOSED, text="끝", by=by(), at=AT)
        told = standing(made)
        assert told.closed and not told.to_report and not told.to_tell


class TestPressing:
    def test_are_the_open_ones_in_which_somebody_is_to_be_told(self) -> None:
        first = incident(aware_at=AWARE - timedelta(days=1))
        told = incident(people=2)
        actions.decide(told, Kind.LETTERS, finding=standing(told).finding, people=2, by=by(), at=AT)
        closed = incident()
        actions.decide(closed, Kind.CLOSED, text="끝", by=by(), at=AT)
        last = incident()
        assert [one.incident for one in pressing(jurisdiction="kr")] == [first, last]
        assert state(told, jurisdiction="intl").law.id == "intl-2018-05"
