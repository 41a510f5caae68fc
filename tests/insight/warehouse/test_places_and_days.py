"""What stands in no record: the districts that places name, and the days of Korea's calendar."""

from __future__ import annotations

import csv
import gzip
import re
import tarfile
from datetime import date
from pathlib import Path

import pytest

from dangol.insight.warehouse.korean_days import calendar
from dangol.insight.warehouse.regions import DISTRICTS, PROVINCES, placed, regions


@pytest.mark.parametrize(
    ("place", "province", "district"),
    [
        ("서울 마포구", "11", "11440"),
        ("마포구", "11", "11440"),  # there is one of that name
        ("중구", "", ""),  # there are six
        ("부산광역시 중구", "26", "26110"),
        ("경기도 성남시 분당구 정자동", "41", "41135"),
        ("성남시", "41", "41130"),
        ("고성군", "", ""),
        ("강원도 고성군", "51", "51820"),
        ("세종시 조치원읍", "36", "36110"),
        ("광주시", "", ""),  # the metropolitan city, as people say, or the one near Seoul
        ("광주시 동구", "29", "29110"),
        ("경기 광주시", "41", "41610"),
        ("서울", "11", ""),
        ("New York", "", ""),
        ("", "", ""),
    ],
)
def test_a_place_is_the_district_it_can_only_be(place: str, province: str, district: str) -> None:
    assert placed(place) == (province, district)


def test_every_district_lies_in_a_province_and_has_one_code() -> None:
    assert len(PROVINCES) == 17
    assert {code[:2] for code in DISTRICTS} == PROVINCES.keys()
    assert all(len(code) == 5 and code.isdigit() for code in DISTRICTS)
    assert len({(code[:2], name) for code, name in DISTRICTS.items()}) == len(DISTRICTS)
    table = regions(date(2026, 1, 1), date(2026, 1, 1)).to_pylist()
    assert {"district": "11680", "district_name": "강남구", "province": "11", "province_name": "서울특별시"} in table


def test_each_day_knows_its_holiday_and_its_date_by_the_moon() -> None:
    days = {row["day"]: row for row in calendar(date(2025, 5, 1), date(2026, 2, 1)).to_pylist()}
    assert len(days) == 730
    new_year = days[date(2026, 2, 17)]
    assert (new_year["holiday_ko"], new_year["holiday_en"], new_year["free"]) == ("설날", "Korean New Year", 1)
    assert (new_year["lunar_month"], new_year["lunar_day"], new_year["lunar_leap"]) == (1, 1, 0)
    instead = days[date(2025, 3, 3)]  # the holiday fell on a Saturday
    assert "대체" in instead["holiday_ko"]
    assert (instead["weekday"], instead["free"]) == (1, 1)
    assert days[date(2025, 7, 25)]["lunar_leap"] == 1
    assert (days[date(2026, 1, 5)]["holiday_ko"], days[date(2026, 1, 5)]["free"]) == ("", 0)


def test_years_without_known_holidays_are_left_out() -> None:
    assert calendar(date(1900, 1, 1), date(1930, 1, 1)).num_rows == 0
    assert calendar(date(2049, 1, 1), date(2090, 1, 1)).num_rows == 730


class TestAgainstOthers:
    """Districts against the ministry's list of September 2022, and a list of villages as they stood in November 2025;
    holidays against what the gazette announced (SOURCE.md in each folder of the data)."""

    # What was made anew between the ministry's list and ours: code of then, code of now.
    SINCE = {"42": "51", "45": "52", "47720": "27720"}
    DIVIDED_AGAIN = {"41192", "41194", "41196"}  # Bucheon's districts, since 2024
    OFFICES = {"28115", "28116", "28265", "41105", "42105", "45118", "45145", "48245"}  # branch offices, no districts

    def test_districts_are_those_of_the_ministry_but_for_what_was_made_anew_since(self, real_data: Path) -> None:
        with gzip.open(real_data / "kr_admin_codes" / "code_bdong.csv.gz", "rt", encoding="utf-8-sig") as file:
            rows = [row for row in csv.DictReader(file) if not row["말소일자"].strip()]
        told = {
            row["법정동코드"][:5]: row["시군구명"]
            for row in rows
            if row["법정동코드"].endswith("00000") and row["법정동코드"][2:5] != "000"
        }
        now = {self._now(code): name for code, name in told.items() if code not in self.OFFICES}
        assert now.keys() | self.DIVIDED_AGAIN == DISTRICTS.keys()
        assert {code: DISTRICTS[code] for code in now if DISTRICTS[code] != now[code]} == {"36110": "세종특별자치시"}

    def test_villages_are_placed_in_the_district_whose_code_they_have(self, real_data: Path) -> None:
        with gzip.open(real_data / "kr_admin_codes" / "dongnaeKR_251130.csv.gz", "rt", encoding="utf-8-sig") as file:
            villages = [(row["dnid"], row["dnname"]) for row in csv.DictReader(file)]
        assert len(villages) > 20_000
        spaced = [
            (code, re.sub("청주시(?=..구)", "청주시 ", name)) for code, name in villages
        ]  # some are written in one
        assert [name for code, name in spaced if placed(name)[1] != self._now(code[:5])] == []

    def test_holidays_are_those_of_the_gazette(self, real_data: Path) -> None:
        with tarfile.open(real_data / "kr_holidays" / "hyunbinseo-holidays-kr-5.2027.1.tgz") as package:
            years = [file for file in package.getmembers() if re.search(r"dist/\d{4}-.*\.js$", file.name)]
            told = "".join((package.extractfile(file) or pytest.fail(file.name)).read().decode() for file in years)
        gazette = {date.fromisoformat(day) for day in re.findall(r'"(\d{4}-\d\d-\d\d)": \[', told)}
        assert len(gazette) > 180
        days = calendar(date(2018, 1, 1), date(2027, 12, 31)).to_pylist()
        assert {row["day"] for row in days if row["holiday_ko"]} == gazette

    def _now(self, code: str) -> str:
        return self.SINCE.get(code, self.SINCE.get(code[:2], code[:2]) + code[2:])
