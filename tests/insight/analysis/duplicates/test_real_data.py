"""People made by others, through the store: found as well as in published demos, and next to nobody wrongly."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dangol.insight.analysis.duplicates.actions import find_duplicates
from dangol.records.staff.scope import WHOLE
from tests.insight.analysis.duplicates.real_people import f1, fake_1000, febrl, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_data")]

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)


def test_febrl_4_as_one_list_of_ten_thousand() -> None:
    people, truth = febrl("4a", "4b")
    ids = stored(people, at=AT)
    _run, found = find_duplicates(WHOLE, as_of=AT, at=AT)
    precision, recall, both = f1(((pair.left, pair.right) for pair in found.proposed), ids, truth)
    assert both >= 0.97, (precision, recall)
    assert precision >= 0.999


def test_splinks_thousand_with_many_gaps() -> None:
    people, emails, truth = fake_1000()
    ids = stored(people, emails=emails, at=AT)
    _run, found = find_duplicates(WHOLE, as_of=AT, at=AT)
    precision, recall, both = f1(((pair.left, pair.right) for pair in found.proposed), ids, truth)
    assert precision >= 0.99 and both >= 0.82, (precision, recall)
