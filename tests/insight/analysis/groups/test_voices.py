"""What customers want to hear of: by their last word about each topic, of those who are looked at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from dangol.insight.analysis.groups import voices
from dangol.insight.analysis.groups.voices import _wants
from dangol.insight.analysis.who_counts import Customers
from dangol.records.catalog.models import Topic
from dangol.records.customers.models import Customer
from dangol.records.permission.models import TopicChoice

pytestmark = [pytest.mark.store, pytest.mark.django_db]
AT = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def chosen() -> dict[str, list[bool]]:
    """Let 30 customers say 300 times in all which of two topics they want; tell what each said last."""
    people = [Customer.objects.create(full_name=f"손님{n}", lake_key=100 - n, registered_at=AT) for n in range(30)]
    topics = [
        Topic.objects.create(code=f"t{n}", name_ko=f"주제{n}", name_en=f"Topic {n}", level=1, path=f"t{n}")
        for n in range(3)
    ]
    draw, last = np.random.default_rng(3), {topic.code: [False] * 30 for topic in topics}
    rows = []
    for turn in range(300):
        who, topic, wanted = int(draw.integers(30)), int(draw.integers(2)), bool(draw.integers(2))
        last[topics[topic].code][who] = wanted
        rows.append(TopicChoice(
            customer=people[who], topic=topics[topic], wanted=wanted, answered_at=AT + timedelta(minutes=turn)
        ))  # fmt: skip
    TopicChoice.objects.bulk_create(rows[::-1])  # not in the order in which they were said
    return last


@pytest.mark.parametrize("part", [7, 100_000])
def test_is_the_last_word_of_each(chosen: dict[str, list[bool]], part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices, "PART", part)
    codes = dict(Topic.objects.values_list("pk", "code"))
    found = {codes[topic]: marks.tolist() for topic, marks in _wants(Customers.on_record(as_of=AT)).items()}
    assert found == {code: told for code, told in chosen.items() if any(told)}


def test_leaves_out_who_is_not_looked_at(chosen: dict[str, list[bool]]) -> None:
    Customer.objects.filter(full_name__in=["손님0", "손님7"]).update(erased_at=AT)
    customers = Customers.on_record(as_of=AT)
    codes = dict(Topic.objects.values_list("pk", "code"))
    for topic, marks in _wants(customers).items():
        assert marks.tolist() == [one for n, one in enumerate(chosen[codes[topic]]) if n not in (0, 7)]


def test_places_are_told_by_key_and_by_id_alike() -> None:
    customers = Customers.on_record(as_of=AT)
    strangers = np.array([10**9, -1])
    assert customers.places(np.concatenate([customers.keys[::-1], strangers])).tolist() == [*range(29, -1, -1), -1, -1]
    assert customers.places_of(np.concatenate([customers.ids[::-1], strangers])).tolist() == [
        *range(29, -1, -1), -1, -1,
    ]  # fmt: skip
