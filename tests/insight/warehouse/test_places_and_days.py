"""What stands in no record: the districts that places name, and the days of Korea's calendar."""

from __future__ import annotations

from datetime import date

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
