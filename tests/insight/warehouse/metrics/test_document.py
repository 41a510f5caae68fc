"""The page about the registry is the registry; every word of it is there in Korean."""

from __future__ import annotations

import re
from itertools import chain

from django.utils.translation import override

from dangol.insight.warehouse.metrics import DIMENSIONS, GROUPS, METRICS
from tools.metrics import PAGE, ROWS, page

WORDS = [
    *(about for about, _metrics in GROUPS),
    *chain.from_iterable((one.label, one.formula) for one in METRICS.values()),
    *chain.from_iterable((one.label, one.meaning) for one in DIMENSIONS.values()),
]


def test_the_page_says_what_the_registry_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m tools.metrics"


def test_the_page_names_every_metric_and_dimension_once() -> None:
    text = page()
    assert re.findall(r"^### `(\w+)`$", text, re.MULTILINE) == list(METRICS)
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == list(DIMENSIONS)


def test_every_sort_of_rows_has_a_name() -> None:
    facts = {one.fact for one in METRICS.values()} | set().union(*(one.facts or () for one in DIMENSIONS.values()))
    assert facts == ROWS.keys()


def test_every_word_has_a_korean_of_its_own() -> None:
    with override("en"):
        english = [str(words) for words in WORDS]
    with override("ko"):
        korean = [str(words) for words in WORDS]
    assert [one for one in english if re.search("[가-힣]", one)] == []
    assert [one for one, other in zip(english, korean, strict=True) if not re.search("[가-힣]", other)] == []


def test_every_metric_is_in_one_group() -> None:
    assert [one.name for _about, metrics in GROUPS for one in metrics] == list(METRICS)
