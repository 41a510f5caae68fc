"""JSON as shops' programs write it: an object on each line, or one array of objects."""

import gzip
import json
from contextlib import suppress
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dangol.contact.intake import json_files, tables, text_files
from dangol.contact.intake.tables import CannotRead, opened
from tests.contact.intake.test_tables import TODAY, rows_of

TEXTS = st.text(st.characters(exclude_characters="\0\ufeff", exclude_categories=["Cs"]), max_size=6)
OBJECTS = st.lists(st.dictionaries(st.sampled_from(["고객번호", "일자", "금액"]), TEXTS), max_size=12)
FIXTURES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


class TestObjects:
    @FIXTURES
    @given(rows=OBJECTS.filter(any), array=st.booleans(), block=st.sampled_from([7, 1 << 20]), indent=st.booleans())
    def test_come_out_as_they_went_in(
        self, tmp_path: Path, rows: list[dict[str, str]], array: bool, block: int, indent: bool
    ) -> None:
        path = tmp_path / "sales.json"
        told = [json.dumps(row, ensure_ascii=False) for row in rows]
        whole = json.dumps(rows, ensure_ascii=False, indent=2 if indent else None)
        path.write_text(whole if array else "\n".join(told) + "\n", encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(json_files, "BLOCK", block)
            table = opened(path, today=TODAY)
            found = rows_of(table)
        keys = list(dict.fromkeys(key for row in rows for key in row))
        assert table.headings == keys
        assert found == {number: [row.get(key, "") for key in keys] for number, row in enumerate(rows, 1)}

    def test_keep_numbers_as_written_and_what_lies_inside_as_json(self, tmp_path: Path) -> None:
        path = tmp_path / "orders.jsonl"
        lines = (
            '{"id": 9007199254740993, "amount": 1.10, "paid": true, "note": null}\n'
            '{"id": 2, "lines": [{"sku": "A", "price": 3.50}], "customer": {"name": "김단골"}}\n'
        )
        path.write_bytes(gzip.compress(lines.encode()))
        table = opened(path, today=TODAY)
        assert table.headings == ["id", "amount", "paid", "note", "lines", "customer"]
        assert rows_of(table) == {
            1: ["9007199254740993", "1.10", "TRUE", "", "", ""],
            2: ["2", "", "", "", '[{"sku": "A", "price": 3.50}]', '{"name": "김단골"}'],
        }

    def test_that_are_none_are_named_with_their_line(self, tmp_path: Path) -> None:
        path = tmp_path / "orders.ndjson"
        path.write_text('{"id": 1, "x": "\\ud800\\u0000"}\n{"id": 2,\n\n[3]\n{"id": 4}\n', encoding="utf-8")
        with translation.override("en"):
            table = opened(path, today=TODAY)
            assert rows_of(table) == {1: ["1", "?"], 5: ["4", ""]}
        assert table.broken == [(2, ['{"id": 2,']), (4, ["[3]"])]
        assert table.reasons[2].startswith('Row 2: “{"id": 2,” is no JSON object')

    def test_longer_than_any_are_refused_with_their_row(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(json_files, "LONGEST", 1 << 12)
        monkeypatch.setattr(json_files, "BLOCK", 1 << 10)
        for name, begin in (("lines", '{"id": 1}\n{"id": "'), ("array", '[{"id": 1}, {"id": "')):
            path = tmp_path / name
            path.write_text(begin + "9" * 50_000, encoding="utf-8")
            with translation.override("en"), pytest.raises(CannotRead, match="past row 2: the row is longer"):
                opened(path, today=TODAY)

    @FIXTURES
    @given(st.text(max_size=60), st.sampled_from(["[{", '{"a": 1}\n', '[{"a": 1},', '{"a":']))
    @example("}" * 9, "[{")
    @example('"a":' * 3, '{"a":')
    @example("[" * 60, '[{"a":')
    def test_of_any_text_are_read_or_refused_in_words(self, tmp_path: Path, text: str, begin: str) -> None:
        path = tmp_path / "any.json"
        path.write_text(begin + text, encoding="utf-8", errors="replace")
        with suppress(CannotRead):
            rows_of(opened(path, today=TODAY))

    def test_in_a_title_are_no_json(self, tmp_path: Path) -> None:
        path = tmp_path / "sales.csv"
        path.write_text("[매출 현황]\n고객번호,일자,금액\nA,2026-11-01,1\n", encoding="utf-8")
        assert rows_of(opened(path, today=TODAY)) == {3: ["A", "2026-11-01", "1"]}
        assert not json_files.is_one(text_files.beginning(path)) and tables.WIDEST == 16_384
