"""Quotation marks that stand wrong cost their own row at most."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.contact.intake import row_ends
from dangol.contact.intake.row_ends import mended, rows, sound_end

CELLS = st.text(st.sampled_from('가a1 ,;\n"'), max_size=6)


def healed(text: str, width: int = 3) -> tuple[list[list[str]], list[int]]:
    sound, _used, odd = mended(text.encode(), ",", width, final=True)
    return list(csv.reader(io.StringIO(sound.decode(), newline=""))), odd


class TestSoundEnd:
    @given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=8), st.integers(0, 200))
    def test_never_cuts_a_row_in_two(self, table: list[list[str]], cut: int) -> None:
        sink = io.StringIO()
        csv.writer(sink, lineterminator="\n").writerows(table)
        text = sink.getvalue().encode()
        end = sound_end(text[:cut], ",", 0)
        assert end is not None
        whole = list(csv.reader(io.StringIO(text[:end].decode(), newline="")))
        assert whole == table[: len(whole)]
        assert sound_end(text, ",", 0) == len(text)

    @pytest.mark.parametrize("text", ['A,"b\n', 'A,b"c"\n"d"e\n', '"a" ,b\n"c",d\n', 'A,1,"x\nB,2,y\nC,3",z\n'])
    def test_is_none_where_marks_stand_wrong_or_a_row_waits(self, text: str) -> None:
        assert not sound_end(text.encode(), ",", 3)


class TestMended:
    def test_reads_a_row_with_an_open_mark_to_the_end_of_its_line(self) -> None:
        assert healed('A,1,"hello\nB,2,x\nC,3,"there"\nD,4,"two\nlines"\n') == (
            [["A", "1", "hello"], ["B", "2", "x"], ["C", "3", "there"], ["D", "4", "two\nlines"]],
            [0],
        )

    def test_leaves_marks_inside_a_cell_alone(self) -> None:
        assert healed('A,5" pipe,1\nB,"6"" pipe",2\n') == ([["A", '5" pipe', "1"], ["B", '6" pipe', "2"]], [])

    def test_takes_rows_out_of_a_cell_that_swallowed_them(self) -> None:
        assert healed('A,1,"x\nB,2,y\nC,3,z"\n')[0] == [["A", "1", "x"], ["B", "2", "y"], ["C", "3", 'z"']]

    @given(st.text(st.sampled_from('가a, \n\r"'), max_size=80))
    def test_loses_no_letter_of_any_text(self, text: str) -> None:
        sound, used, _odd = mended(text.encode(), ",", 3, final=True)
        assert used == len(text.encode())
        for letter in "가a":
            assert sound.decode().count(letter) == text.count(letter)

    def test_looks_only_so_far_ahead(self) -> None:
        text = 'A,"x\n' + "B,y\n" * (2 * row_ends.AHEAD) + 'C,z"\n'
        assert len(list(rows(text, ",", width=2))) == 2 * row_ends.AHEAD + 2
