"""What was asked and answered, as the lake has it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from dangol.insight.warehouse.surveys import answers_to_surveys, invitations_to_surveys
from tests.insight.warehouse.small_lake import customers, noon, small_lake

AS_OF, BEFORE, AFTER = date(2026, 9, 28), date(2026, 9, 1), date(2026, 9, 29)


def test_answers_come_in_time_with_line_and_shop_up_to_the_day(tmp_path: Path) -> None:
    said = {"survey": "Autumn", "item": "Kind", "dimension": "care", "scale_min": 1.0, "scale_max": 7.0}
    answers = [
        {"identity_key": 1000 + who, "at": noon(day), "score": float(score), **said}
        for who, day, score in ((1, AS_OF, 5), (1, BEFORE, 2), (2, AS_OF, 7), (2, AFTER, 1))
    ]
    people = customers(2, line=["club"], unit_code=["D1", ""])
    told = answers_to_surveys(small_lake(tmp_path, **people, answers=answers), as_of=AS_OF).to_pylist()
    assert [(row["customer_key"], row["score"], row["unit_code"], row["day"]) for row in told] == [
        (1, 2, "D1", BEFORE), (1, 5, "D1", AS_OF), (2, 7, "", AS_OF),
    ]  # fmt: skip
    assert {name: told[0][name] for name in said} == said
    assert told[0]["line"] == "club"


def test_invitations_are_those_we_sent_once_a_day(tmp_path: Path) -> None:
    sent = [
        {"identity_key": 1001, "kind": kind, "direction": direction, "at": noon(day)}
        for kind, direction, day in (
            ("survey_invitation", "out", BEFORE), ("survey_invitation", "out", BEFORE), ("mailing", "out", BEFORE),
            ("survey_invitation", "in", AS_OF), ("survey_invitation", "out", AFTER),
        )
    ]  # fmt: skip
    told = invitations_to_surveys(small_lake(tmp_path, **customers(1), interactions=sent), as_of=AS_OF)
    assert told.to_pylist() == [{"customer_key": 1, "day": BEFORE}]
