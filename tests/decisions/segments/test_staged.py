"""Rules that choose by the stage of the relationship and by the life cycle: by the step that stands."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from dangol.decisions.segments.fields import BadRule, NotStagedYet
from dangol.decisions.segments.queries import described, select
from dangol.records.customers.models import Customer
from tests.web.relationship.stage_runs import stages_run

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, tzinfo=UTC)


class TestStage:
    def test_selects_who_stands_there_now_and_nobody_who_once_did(self) -> None:
        known, _other = (Customer.objects.create(full_name=name, registered_at=AT) for name in ("가", "나"))
        stages_run(AT, known)
        assert list(select({"stage": ["exploration"]}, run=None)) == [known]
        assert list(select({"cycle": ["won_back", "kept"]}, run=None)) == [known]
        assert not select({"cycle": ["lost"]}, run=None).exists()
        assert not select({"stage": ["exploration"], "cycle": ["new"]}, run=None).exists()

    def test_asks_for_the_stages_where_nobody_told_them(self) -> None:
        with pytest.raises(NotStagedYet):
            select({"stage": ["expansion"]}, run=None)

    def test_is_told_in_words_and_refuses_what_is_no_stage(self) -> None:
        with override("en"):
            assert described({"stage": ["expansion", "ended"]}) == "Stage of the relationship Expansion, Ended"
        for wrong in ({"stage": ["lost"]}, {"cycle": ["expansion"]}, {"cycle": [0, 3]}):
            with pytest.raises(BadRule):
                described(wrong)
