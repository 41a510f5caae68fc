"""Values of conditions that nothing on record has are told, with those near them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from dangol.insight.warehouse.cube import Condition, Question, unheard
from dangol.insight.warehouse.queries import Lake
from dangol.records.staff.scope import Scope
from tests.insight.warehouse.small_lake import seeded, small_lake

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    folder: Path = tmp_path_factory.mktemp("unheard")
    return small_lake(folder, "duckdb", **seeded(people=24, lines=400))


def told(lake: Lake, *places: str, scope: Scope | None = None) -> list[str]:
    question = Question(("net_revenue",), (), (Condition("place", places),))
    return list(unheard(lake, question, scope=scope))


def test_of_several_only_what_is_not_there(lake: Lake) -> None:
    assert told(lake, "강남구", "강남", "마포구") == [
        "Nothing on record has '강남' as 'place'. Near it: 강남구, 마포구."
    ]


def test_whoever_sees_a_part_hears_of_that_part(lake: Lake) -> None:
    nobodys = Scope(frozenset({99}), frozenset({"D99"}))
    assert told(lake, "강남구", scope=nobodys) == ["Nothing on record has '강남구' as 'place'. Near it: –."]


def test_a_value_that_is_there_is_looked_for_no_further_than_it_is_found(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All values of fifty million lines took as long as the answer itself."""
    module = import_module(
        "dangol.insight.warehouse.cube.unheard"
    )  # by its name: the room gives the function that name
    monkeypatch.setattr(module, "_values", lambda *_: pytest.fail("all were read"))
    assert told(lake, "강남구", "마포구") == []
