"""The dated rules about leaks."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.utils import translation

from dangol.records.staff.breach import laws
from dangol.records.staff.breach.laws import BadLaw, NoLaw, law_on


class TestLawOn:
    @pytest.mark.parametrize(
        ("day", "law"),
        [
            (date(2023, 9, 15), "kr-2023-09"),
            (date(2026, 9, 10), "kr-2023-09"),
            (date(2026, 9, 11), "kr-2026-09"),
            (date(2030, 1, 1), "kr-2026-09"),
        ],
    )
    def test_is_the_one_of_that_day(self, day: date, law: str) -> None:
        assert law_on(day, jurisdiction="kr").id == law

    def test_answers_differently_before_and_after_the_change(self) -> None:
        before, after = (law_on(day, jurisdiction="kr") for day in (date(2026, 9, 10), date(2026, 9, 11)))
        assert (before.tell_of_possible, after.tell_of_possible) == (False, True)
        with translation.override("ko"):
            assert before.rights_words == "" and "분쟁조정" in after.rights_words
        with translation.override("en"):
            assert "mediation" in after.rights_words

    def test_says_so_where_there_is_none(self) -> None:
        with pytest.raises(NoLaw, match="2020-01-01"):
            law_on(date(2020, 1, 1), jurisdiction="kr")
        with pytest.raises(NoLaw):
            law_on(date(2026, 1, 1), jurisdiction="atlantis")


class TestLaws:
    def test_leave_no_day_without_rules_and_none_with_two(self) -> None:
        for jurisdiction in {law.jurisdiction for law in laws.laws()}:
            mine = sorted(
                (law for law in laws.laws() if law.jurisdiction == jurisdiction), key=lambda law: law.effective_from
            )
            for one, following in pairwise(mine):
                assert one.effective_to is not None
                assert following.effective_from == one.effective_to + timedelta(days=1)
            assert mine[-1].effective_to is None

    def test_say_where_they_are_written(self) -> None:
        assert all(law.source and law.url.startswith("https://") for law in laws.laws())
        assert all(law.warn_after < law.hours for law in laws.laws())

    @pytest.mark.parametrize("change", ["", "weight = 3\n"])
    def test_refuse_a_file_with_something_missing_or_strange(self, tmp_path: Path, change: str) -> None:
        text = (laws.FOLDER / "kr-2026-09.toml").read_text(encoding="utf-8")
        file = tmp_path / "kr-2030-01.toml"
        file.write_text(change + text if change else text.replace("hours = 72\n", ""), encoding="utf-8")
        with pytest.raises(BadLaw, match=r"kr-2030-01\.toml"):
            laws._read(file)
