"""The whole search over towns whose people are known: few are missed, next to nobody is wrongly taken for another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import duckdb
import pytest
from django.utils import translation

from dangol.insight.analysis.duplicates import searching
from dangol.insight.analysis.duplicates.blocking import pairs as block
from dangol.insight.analysis.duplicates.searching import BadThreshold, Found, Likeness, search
from dangol.lib.errors import WrongUse
from tests.insight.analysis.duplicates.korean_town import Row, told, town, true_pairs

ALL = frozenset({"birth", "phone", "email", "address"})
HOME = {"place": "서울 마포구", "postcode": "03995", "address": "서울 마포구 월드컵북로 54 101동 1203호"}
KIM = Row(-1, "김단골", date(1984, 3, 9), "f", "+821022223333", "dangol@naver.com", **HOME, known=ALL)


@cache
def searched(people: int = 1200) -> tuple[list[Row], Found]:
    rows = town(people, seed=3)
    return rows, search(told(rows))


def among_others(*rows: Row) -> tuple[Found, list[int]]:
    """The search over a small town and these rows; the numbers of the rows."""
    others = town(150, twice=0.0, seed=5)
    return search(told([*others, *rows])), list(range(len(others) + 1, len(others) + len(rows) + 1))


def between(found: Found, left: int, right: int) -> Likeness | None:
    return next((pair for pair in found.pairs if (pair.left, pair.right) == (left, right)), None)


class TestATown:
    def test_finds_most_and_next_to_nobody_wrongly(self) -> None:
        rows, found = searched()
        right = sum(rows[pair.left - 1].person == rows[pair.right - 1].person for pair in found.proposed)
        assert right >= 0.99 * len(found.proposed)
        assert right >= 0.85 * true_pairs(rows)

    def test_merges_no_family_that_shares_home_and_phone(self) -> None:
        rows, found = searched()
        families = [
            pair for pair in found.proposed
            if rows[pair.left - 1].person != rows[pair.right - 1].person
            and rows[pair.left - 1].address == rows[pair.right - 1].address
        ]  # fmt: skip
        assert families == []
        assert any(pair.cut == "family" for pair in found.bridges)

    def test_tells_every_pair_within_a_person(self) -> None:
        _rows, found = searched()
        assert len(found.proposed) == sum(size * (size - 1) // 2 for size in found.sizes)
        assert all(0 <= pair.probability <= 1 for pair in found.pairs)
        assert max(found.sizes) > 2

    def test_says_what_agreed(self) -> None:
        rows, found = searched()
        pair = next(
            pair for pair in found.proposed if pair.agreed.get("phone") == "same" and "birth_date" in pair.agreed
        )
        assert rows[pair.left - 1].phone == rows[pair.right - 1].phone
        assert set(pair.agreed) <= {"name", "birth_date", "phone", "email", "gender", "place", "address", "occupation"}


class TestASmallShop:
    def test_finds_the_same_person_with_a_wrong_letter_and_a_new_phone(self) -> None:
        found, (left, right) = among_others(KIM, replace(KIM, name="김담골 님", phone="+821099998888"))
        pair = between(found, left, right)
        assert pair is not None and pair.person is not None
        assert pair.agreed["name"] == "close" and pair.agreed["phone"] == "other"

    def test_takes_twins_for_two(self) -> None:
        twin = replace(KIM, name="김단비", email="danbi@naver.com")
        found, (left, right) = among_others(KIM, twin)
        pair = between(found, left, right)
        assert pair is None or pair.cut == "family"

    def test_takes_a_couple_with_one_phone_for_two(self) -> None:
        known = frozenset({"phone", "address"})
        found, (left, right) = among_others(
            replace(KIM, known=known), replace(KIM, name="박서준", gender="m", known=known)
        )
        pair = between(found, left, right)
        assert pair is None or pair.person is None

    def test_takes_two_who_only_share_a_common_name_for_two(self) -> None:
        other = replace(
            KIM, birth=date(1961, 7, 1), phone="+821077776666", email="other@daum.net", place="부산 해운대구",
            postcode="48094", address="부산 해운대구 센텀로 9",
        )  # fmt: skip
        found, (left, right) = among_others(KIM, other)
        assert between(found, left, right) is None

    def test_takes_no_number_of_a_marketplace_for_a_key(self) -> None:
        known = frozenset({"phone"})
        safe = replace(KIM, name="이은주", phone="+8250712345678", known=known)
        found, (left, right) = among_others(safe, replace(safe, name="이은지"))
        assert between(found, left, right) is None

    def test_learns_nothing_where_many_share_a_name_and_nobody_stands_twice(self) -> None:
        others = town(150, twice=0.0, seed=5)
        namesakes = [
            replace(other, name="김민수", phone=f"+82103000{1000 + n}", address=f"{other.place} 장미로 {n}", known=ALL)
            for n, other in enumerate(others[:40])
        ]
        found = search(told([*others[40:], *namesakes]))
        assert found.proposed == []

    def test_is_several_where_whoever_held_them_together_is_gone(self) -> None:
        links = ((1, 2), (2, 3), (3, 4), (4, 5), (7, 8))
        found = Found([Likeness(left, right, 0.9, person=0 if left < 7 else 1) for left, right in links], [5, 2])
        rest = found.among({1, 2, 4, 5, 7})
        assert [(pair.left, pair.right, pair.person) for pair in rest.pairs] == [(1, 2, 0), (4, 5, 1)]
        assert rest.sizes == [2, 2]

    def test_finds_nobody_among_one(self) -> None:
        assert search(told([KIM])).pairs == [] and search(told([])).pairs == []


class TestRarity:
    def test_lets_a_name_many_bear_say_less_than_one_nobody_else_bears(self) -> None:
        others = town(150, twice=0.0, seed=5)
        common = [replace(other, name="김민수") for other in others[:30]]
        pair = [
            replace(KIM, name=name, known=frozenset({"address"})) for name in ("김민수", "김민수", "독고탁", "독고탁")
        ]
        found = search(told([*others[30:], *common, *pair]), threshold=0.5)
        sure = {one: next(pair.probability for pair in found.pairs if (pair.left, pair.right) == (one, one + 1))
                for one in (151, 153)}  # fmt: skip
        assert sure[151] < sure[153]


class TestSearch:
    def test_answers_the_same_to_the_same(self) -> None:
        rows = told(town(90, seed=9))
        assert search(rows) == search(rows)

    def test_never_proposes_whom_somebody_took_apart(self) -> None:
        found, (left, right) = among_others(KIM, KIM)
        assert between(found, left, right) is not None
        again = search(told([*town(150, twice=0.0, seed=5), KIM, KIM]), never={(left, right)})
        pair = between(again, left, right)
        assert pair is not None and (pair.person, pair.cut) == (None, "never")

    @pytest.mark.parametrize("threshold", [0.0, 0.3, 1.0, 7.0, float("nan")])
    def test_refuses_a_threshold_that_tells_nobody_apart(self, threshold: float) -> None:
        assert issubclass(BadThreshold, WrongUse)
        with translation.override("en"), pytest.raises(BadThreshold, match=r"from 0.5 to 0.999999"):
            search(told([KIM, KIM]), threshold=threshold)

    def test_fetches_nothing_and_leaves_no_engine_open(self) -> None:
        with searching.engine_of_its_own() as api:
            rows = api.duckdb_con.execute("SELECT name, value FROM duckdb_settings()").fetchall()
            engine = api.duckdb_con
        told_to = dict(rows)
        assert (told_to["autoinstall_known_extensions"], told_to["autoload_known_extensions"]) == ("false", "false")
        with pytest.raises(duckdb.ConnectionException):
            engine.execute("SELECT 1")


class TestBlocking:
    def test_caps_what_many_share_and_says_so(self) -> None:
        from splink import DuckDBAPI

        from dangol.insight.analysis.duplicates import cleaning

        engine = DuckDBAPI(":memory:").duckdb_con
        cleaning.lay_out(engine, told([replace(KIM, known=frozenset()) for _ in range(1100)]))
        capped = block(engine, budget=1)
        assert {(one.rule, one.customers) for one in capped} >= {("name", 1100)}
        assert engine.execute("SELECT count(*) FROM blocked").fetchone()[0] == 0
