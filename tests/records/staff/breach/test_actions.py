"""Incidents: opened, found out about, people added, decisions kept as they were."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.db.transaction import atomic

from dangol.records.staff.breach import actions
from dangol.records.staff.breach.actions import CannotDecide, CannotOpen
from dangol.records.staff.breach.models import Decision, Finding, Incident
from dangol.records.staff.breach.queries import affected
from tests.records.staff.breach.incident import AT, AWARE, KNOWN, by, incident, standing

pytestmark = [pytest.mark.django_db, pytest.mark.store]

Kind = Decision.Kind


class TestOpening:
    def test_begins_the_clock_and_the_log(self) -> None:
        made = incident("possible", intrusion=True)
        told = standing(made)
        assert made.aware_at == AWARE
        assert [one.kind for one in told.decisions] == ["found", "opened"]
        assert told.finding.intrusion and told.finding.items == KNOWN["items"]

    def test_needs_a_name_and_a_time_that_was(self) -> None:
        with pytest.raises(CannotOpen):
            actions.open_incident(" ", standing="certain", aware_at=AWARE, by=by(), at=AT)
        with pytest.raises(CannotOpen):
            actions.open_incident("x", standing="certain", aware_at=AT + timedelta(seconds=1), by=by(), at=AT)
        assert not Incident.objects.exists()

    def test_needs_to_know_whether_it_was_one(self) -> None:
        with pytest.raises(CannotDecide):
            actions.open_incident("x", standing="maybe", aware_at=AWARE, by=by(), at=AT)
        assert not Incident.objects.exists()


class TestFinding:
    def test_is_a_new_row_and_leaves_the_one_before(self) -> None:
        made = incident("possible")
        actions.record_finding(made, standing="certain", items=" 주소 ", by=by(), at=AT)
        assert [one.standing for one in Finding.objects.order_by("pk")] == ["possible", "certain"]
        assert standing(made).finding.items == "주소"


class TestPeople:
    def test_are_added_once_each(self) -> None:
        made = incident()
        assert actions.add_people(made, [5, 3, 5], how="log", text="윤지, 11월", by=by(), at=AT) == 2
        assert actions.add_people(made, [3, 9], how="list", by=by(), at=AT) == 1
        assert [(one.customer, one.how) for one in affected(made)] == [(3, "log"), (5, "log"), (9, "list")]
        kinds = [(one.kind, one.people) for one in standing(made).decisions if one.kind == Kind.PEOPLE]
        assert kinds == [("people", 1), ("people", 2)]

    def test_who_were_there_already_leave_no_line(self) -> None:
        made = incident(people=3)
        before = Decision.objects.count()
        assert actions.add_people(made, [1, 2], how="log", by=by(), at=AT) == 0
        assert Decision.objects.count() == before

    def test_of_one_incident_are_not_those_of_another(self) -> None:
        one, other = incident(people=2), incident(people=3)
        assert (standing(one).people, standing(other).people) == (2, 3)


class TestDecisions:
    @pytest.mark.parametrize("kind", [Kind.SPARED, Kind.NOTE, Kind.CLOSED])
    def test_say_why(self, kind: str) -> None:
        made = incident()
        with pytest.raises(CannotDecide):
            actions.decide(made, kind, text="  ", by=by(), at=AT)
        with pytest.raises(IntegrityError), atomic():
            Decision.objects.create(incident=made, kind=kind, by=by(), at=AT)

    def test_end_with_closing(self) -> None:
        made = incident()
        actions.decide(made, Kind.CLOSED, text="모두 알렸어요", by=by(), at=AT)
        for work in (
            lambda: actions.decide(made, Kind.NOTE, text="x", by=by(), at=AT),
            lambda: actions.decide(made, Kind.CLOSED, text="x", by=by(), at=AT),
            lambda: actions.add_people(made, [1], how="log", by=by(), at=AT),
            lambda: actions.record_finding(made, standing="certain", by=by(), at=AT),
        ):
            with pytest.raises(CannotDecide, match=r"closed|닫힌|끝난"):
                work()
