"""Whatever stands in the cells of a file: every row is accepted or named, and the same file again changes nothing."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.db.transaction import atomic, set_rollback
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from dangol.contact.intake.kinds import KINDS
from dangol.contact.intake.kinds.kind import Kind, Type
from dangol.contact.intake.models import Batch
from dangol.records.changes.models import Change
from tests.contact.intake.kinds.shop_files import AT, taken

FURTHER = (
    "products", "consents", "feedback", "surveys", "interactions", "subscriptions", "points", "loans", "needs",
    "deliveries", "costs",
)  # fmt: skip
TELLING = (
    "", "C1", "C2", "010-1234-5678", "050-7123-4567", "2026-03-02", "2026-03-02 10:00", "2026.3.1", "9999-12-31",
    "어제",
    "46100.5", "1", "-1", "5", "5점", "0", "1e5", "99999999999999999999", "3:30", "12,000원",
    "동의", "거부", "Y", "매우 만족", "불만", "칭찬", "완료", "월", "해지", "일시정지", "813.6", "반납",
    "문자, 이메일", "마케팅", "합계", "'", '"', "\\", "%(row)s", "{}", "<b>", "900101-1234567", "👍", "\u200b",
    "ㄱ", "뷁" * 130, "=1+1", "NULL", "NaN", "inf", "-",
)  # fmt: skip


# What can be read, so that rows get further than their first cell.
SOUND = {
    Type.CUSTOMER: ("C1", "C2", "010-1234-5678", "a@b.kr"), Type.MOMENT: ("2026-03-02", "2026-04-01 09:30", "20260501"),
    Type.MONEY: ("", "1000", "2,000원"), Type.NUMBER: ("", "1", "5"), Type.CODE: ("", "K-1", "K-2"),
    Type.WORDS: ("", "동의", "거부", "5", "4", "불만", "해지", "반납", "문자", "마케팅", "월", "813.6"),
}  # fmt: skip


def cells(kind: Kind) -> list[st.SearchStrategy[str]]:
    """What stands in each column: mostly what can be read there, else anything."""
    odd = st.sampled_from(TELLING) | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
    columns = [st.sampled_from(SOUND.get(field.type, SOUND[Type.WORDS])) for field in kind.fields]
    sound = [*columns, st.sampled_from(TELLING), st.sampled_from(("", "1", "5", "그렇다"))]
    return [st.integers(0, 9).flatmap(lambda die, one=one: odd if die == 0 else one) for one in sound]


def headings(kind: Kind) -> list[str]:
    """One heading for each field, none for two; and one that nobody knows."""
    found: list[str] = []
    for field in kind.fields:
        found += [next(word for word in field.words.split() if word not in found)]
    return [*found, "아무거나", "만족하십니까? it's %s (1~5)"]


def written(rows: list[list[str]]) -> bytes:
    sink = io.StringIO()
    csv.writer(sink).writerows(rows)
    return sink.getvalue().encode("utf-8", "replace")


def told(batch: Batch) -> tuple[int, int]:
    assert batch.accepted + batch.rejected == batch.rows
    assert batch.created + batch.updated + batch.unchanged == batch.accepted
    kept = list(batch.rejects.order_by("row"))
    assert len(kept) == batch.rejected
    assert all(one.reason.startswith(f"Row {one.row}:") for one in kept)
    return batch.rows, batch.accepted


@pytest.mark.django_db
@pytest.mark.parametrize("name", FURTHER)
@examples(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_row_is_accepted_or_named(name: str, data: st.DataObject, tmp_path: Path) -> None:
    head = headings(KINDS[name])
    rows = data.draw(st.lists(st.tuples(*cells(KINDS[name])).map(list), min_size=3, max_size=10))
    path = tmp_path / "any.csv"
    path.write_bytes(written([head, *rows]))
    mapping = dict(zip([field.name for field in KINDS[name].fields], head, strict=False))
    if name == "surveys" and data.draw(st.booleans()):
        del mapping["item"], mapping["answer"]
    with atomic():  # what an example brought in is undone before the next: all come at the same moment
        first = told(taken(path, name, mapping=mapping))
        changes = Change.objects.count()
        again = taken(path, name, mapping=mapping, at=AT.replace(hour=5))
        assert told(again) == first
        assert (again.created, again.updated) == (0, 0)
        assert Change.objects.count() == changes
        set_rollback(True)
