"""Questions kept under a name: whose they are, who has them, and whether they can still be asked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import translation

from dangol.insight.analysis.models import SavedQuestion
from dangol.insight.analysis.saved_questions.keeping import (
    CannotKeep,
    NameTaken,
    NoSuchQuestion,
    bring_back,
    keep,
    question_named,
    questions_for,
    remove,
    rename,
)
from dangol.insight.analysis.saved_questions.still_fits import moves_on, why_not
from dangol.records.staff.roles import Role
from tests.records.staff.office import office, staff

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
SALES = "metric=net_revenue&down=month"


def kept(name: str = "매출", *, shared: bool = False, role: Role = Role.ANALYST) -> SavedQuestion:
    return keep(name, SALES, shared=shared, by=staff(role), at=AT)


class TestKeeping:
    def test_is_seen_by_who_keeps_it_and_shared_by_all(self) -> None:
        own, shared = kept("own"), kept("shared", shared=True)
        assert list(questions_for(staff(Role.ANALYST))) == [own, shared]
        assert list(questions_for(staff(Role.OWNER))) == [shared]

    def test_a_name_is_ones_own_once_and_may_be_put_in_its_place(self) -> None:
        first = kept()
        kept(role=Role.OWNER)
        with pytest.raises(NameTaken):
            kept("  매출 ")
        again = keep("매출", "metric=orders", shared=True, by=staff(Role.ANALYST), at=AT, replacing=True)
        assert (again.pk, again.query, again.shared) == (first.pk, "metric=orders", True)

    @pytest.mark.parametrize("query", ["", "metric=gold", "metric=complaints&down=category", "down=month"])
    def test_keeps_nothing_that_cannot_be_asked(self, query: str) -> None:
        with pytest.raises(CannotKeep):
            keep("x", query, shared=False, by=staff(Role.OWNER), at=AT)
        assert not SavedQuestion.objects.exists()

    def test_renames_removes_and_brings_back(self) -> None:
        one, analyst = kept(), staff(Role.ANALYST)
        rename(one, "월 매출", shared=True, by=analyst)
        remove(one, by=analyst, at=AT)
        assert not questions_for(analyst)
        bring_back(one, by=analyst)
        assert [(found.name, found.shared) for found in questions_for(analyst)] == [("월 매출", True)]

    def test_comes_back_under_no_name_that_was_taken_meanwhile(self) -> None:
        one, analyst = kept(), staff(Role.ANALYST)
        remove(one, by=analyst, at=AT)
        kept()
        with pytest.raises(NameTaken):
            bring_back(one, by=analyst)

    def test_nobody_changes_anothers_but_the_owner_a_shared_one(self) -> None:
        own, shared = kept("own"), kept("shared", shared=True)
        office()
        for question, user in ((own, staff(Role.OWNER)), (shared, staff(Role.AGENT))):
            with pytest.raises(CannotKeep):
                remove(question, by=user, at=AT)
        remove(shared, by=staff(Role.OWNER), at=AT)

    def test_finds_ones_own_before_a_shared_one_and_tells_the_nearest(self) -> None:
        kept(shared=True)
        mine = kept(role=Role.OWNER)
        assert question_named(" 매출", staff(Role.OWNER)) == mine
        with translation.override("en"), pytest.raises(NoSuchQuestion, match="Near it: 매출"):
            question_named("매춘", staff(Role.AGENT))


class TestFits:
    def test_says_the_nearest_names_of_what_is_not_in_the_registry(self) -> None:
        with translation.override("en"):
            assert "net_revenue" in why_not("metric=net_revenu&down=month")
            assert "month" in why_not("metric=net_revenue&down=mont")
            assert "category" in why_not("metric=complaints&in=category_1:milk")
            assert why_not("metric=net_revenue&down=month&across=age_band&in=place:마포구&period=last_month") == ""

    def test_knows_what_moves_on_with_the_days(self) -> None:
        assert moves_on("metric=orders")
        assert moves_on("metric=orders&period=last_month")
        assert not moves_on("metric=orders&period=dates&from=2026-01-01")
