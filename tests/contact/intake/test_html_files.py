"""Web pages that are called XLS are tables, too."""

from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from dangol.contact.intake.tables import CannotRead, Cells, Table, opened

TODAY = date(2026, 11, 29)
MEMBERS = """<html><head><meta http-equiv="Content-Type" content="application/vnd.ms-excel; charset=euc-kr">
<style>td {{ mso-number-format:"\\@"; }}</style></head><body>
<table border=1><tr><td colspan=3 align=center><b>회원 목록 (총 2명)</b></td></tr></table>
<TABLE><TR><TH>회원번호</TH><TH>회원명</TH><TH>휴대폰<br>번호</TH></TR>
{rows}</TABLE></body></html>"""
ROWS = """<tr><td style='mso-number-format:"\\@"'>000123</td><td>김&nbsp;단골 &amp; 딸</td><td>010-1234-5678</td></tr>
<tr><td>000124<td>뷁나래<td></tr>"""


def written(tmp_path: Path, text: str, encoding: str = "cp949") -> Path:
    path = tmp_path / "회원목록.xls"
    path.write_bytes(text.encode(encoding))
    return path


def cells(table: Table) -> list[Cells]:
    """Each row with its number."""
    return [
        [str(cell) for cell in row]
        for batch in table.batches()
        for row in zip(*batch.to_pydict().values(), strict=True)
    ]


@pytest.mark.parametrize("encoding", ["cp949", "utf-8", "utf-8-sig", "utf-16"])
def test_a_page_is_the_table_in_it_below_its_titles(tmp_path: Path, encoding: str) -> None:
    table = opened(written(tmp_path, MEMBERS.format(rows=ROWS), encoding), today=TODAY)
    assert (table.headings, table.headings_at) == (["회원번호", "회원명", "휴대폰 번호"], 2)
    assert cells(table) == [["3", "000123", "김 단골 & 딸", "010-1234-5678"], ["4", "000124", "뷁나래", ""]]
    assert table.samples[0][1] == "김 단골 & 딸"
    assert table.read() == table.size


def test_a_cell_over_several_rows_or_columns_leaves_the_others_where_they_are(tmp_path: Path) -> None:
    rows = (
        "<tr><td rowspan=3>000125<td>이산<td rowspan='2'>010-1</tr><tr><td>둘째</tr><tr><td>셋째</tr>"
        "<tr><td colspan=2>000126<td>010-2<tr><td>000127<td>x<td>y<td>z</tr>"
    )
    table = opened(written(tmp_path, MEMBERS.format(rows=rows)), today=TODAY)
    assert cells(table) == [
        ["3", "000125", "이산", "010-1"], ["4", "", "둘째", ""], ["5", "", "셋째", ""], ["6", "000126", "", "010-2"],
    ]  # fmt: skip
    assert table.broken == [(7, ["000127", "x", "y", "z"])]


def test_rows_are_read_as_they_come_however_many(tmp_path: Path) -> None:
    rows = "\n".join(f"<tr><td>{n:06}</td><td>이산</td><td>010-0000-{n % 10_000:04}</td></tr>" for n in range(60_000))
    table = opened(written(tmp_path, MEMBERS.format(rows=rows)), today=TODAY)
    found = cells(table)
    assert (len(found), found[0][:2], found[-1][:2]) == (60_000, ["3", "000000"], ["60002", "059999"])


@translation.override("en")
def test_a_page_without_a_table_and_a_row_without_an_end_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="not a table"):
        opened(written(tmp_path, "<html><title>Please sign in</title><body><p>No table</p></body></html>"), today=TODAY)
    endless = MEMBERS.format(rows="<tr><td>" + "가" * (4 << 20))
    with pytest.raises(CannotRead, match="cannot be read past row 3"):
        cells(opened(written(tmp_path, endless), today=TODAY))


def test_resident_numbers_of_a_page_are_made_unreadable(tmp_path: Path) -> None:
    rows = "<tr><td>000123<td>이산 900301-1234567<td></tr>"
    table = opened(written(tmp_path, MEMBERS.format(rows=rows)), today=TODAY)
    assert cells(table) == [["3", "000123", "이산 ******-*******", ""]]
    assert table.unreadable.rows == [3]
