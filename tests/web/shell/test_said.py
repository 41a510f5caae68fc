"""What people read as 5만 8,100원 reaches a spreadsheet as a number."""

import copy
import csv
import io
import pickle

import pytest
from django.utils import translation

from dangol.web.shell import figures
from dangol.web.shell.chart_files import as_file
from dangol.web.shell.charts import Chart, Table
from dangol.web.shell.said import in_numbers, span


def rows_of(table: Table) -> list[list[str]]:
    content, _type = as_file(Chart(name="x", finding="", unit="", table=table), "csv")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


class TestNumbersInAFile:
    @pytest.mark.parametrize("language", ["ko", "en"])
    def test_are_numbers_whatever_the_language(self, language: str) -> None:
        with translation.override(language):
            table = Table(
                ["a", "b", "c"],
                [[figures.count(4185), figures.people(4185), figures.decimals(-45.4567, 1)],
                 [figures.count(-1200), figures.people(2), figures.decimals(1234.5, 1)]],
            )  # fmt: skip
            assert rows_of(table)[1:] == [["4185", "4185", "-45.4567"], ["-1200", "2", "1234.5"]]

    def test_have_their_unit_in_the_heading(self) -> None:
        assert in_numbers(["Share"], [[figures.percent(0.1234)], [figures.percent(None)]]) == (
            ["Share (%)"], [[12.34], [""]]
        )  # fmt: skip
        assert in_numbers(["Share (%)"], [[figures.percent(0.5)]])[0] == ["Share (%)"]

    @pytest.mark.django_db
    def test_are_money_in_whole_units_of_the_currency(self) -> None:
        columns, rows = in_numbers(["Margin"], [[figures.money(58100)], [figures.money_about(-1234567)]])
        assert columns == ["Margin (KRW)"]
        assert rows == [[58100], [-1234567]]

    def test_stand_in_two_columns_where_they_are_an_interval(self) -> None:
        with translation.override("en"):
            told = span(figures.decimals(-1.25, 1), figures.decimals(2.5, 1))
            assert told == "−1.2 ~ 2.5"
            assert in_numbers(["Who", "95% interval"], [["I", told], ["II", ""]]) == (
                ["Who", "95% interval, from", "95% interval, to"], [["I", -1.25, 2.5], ["II", "", ""]]
            )  # fmt: skip

    def test_stay_words_where_a_column_has_several_units(self) -> None:
        rows = [[figures.percent(0.5)], [figures.count(1200)]]
        assert in_numbers(["Value"], rows) == (["Value"], [["50%"], ["1,200"]])

    def test_are_the_same_when_they_are_copied_or_kept(self) -> None:
        told = span(figures.percent(0.1234), figures.percent(None))
        for again in (copy.deepcopy(told), pickle.loads(pickle.dumps(told))):
            assert again == told
            assert in_numbers(["95% interval"], [[again]]) == in_numbers(["95% interval"], [[told]])

    def test_stay_words_beside_words(self) -> None:
        assert in_numbers(["Who"], [["Mothers’ club"], [f"{figures.count(1200)} of them"]])[1] == [
            ["Mothers’ club"], ["1,200 of them"]
        ]  # fmt: skip
