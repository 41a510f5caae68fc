"""Days as people of Korea count them: weeks, quarters, holidays with their names, and the date by the moon."""

from datetime import date, timedelta
from functools import cache

import pyarrow as pa

FIRST, LAST = 1949, 2050  # for these years the holidays are known, and the moon
EDITION = "1"  # another word when this file, or a newer release of what it asks, makes other rows

SCHEMA = pa.schema([
    ("day", pa.date32()), ("year", pa.int64()), ("quarter", pa.int64()), ("month", pa.int64()),
    ("week", pa.int64()),  # ISO; the first one may begin in the year before
    ("weekday", pa.int64()),  # 1 Monday … 7 Sunday
    ("holiday_ko", pa.string()), ("holiday_en", pa.string()),  # "" on other days
    ("free", pa.int64()),  # 1 on Saturdays, Sundays and holidays
    ("lunar_month", pa.int64()), ("lunar_day", pa.int64()), ("lunar_leap", pa.int64()),
])  # fmt: skip


def calendar(first: date, last: date) -> pa.Table:
    """Every day of the years in which two days lie; years of which no holiday is known are left out."""
    years = range(max(first.year, FIRST), min(last.year, LAST) + 1)
    parts = [_year(year) for year in years]
    return pa.concat_tables(parts) if parts else SCHEMA.empty_table()


@cache
def _year(year: int) -> pa.Table:
    from holidays import country_holidays
    from korean_lunar_calendar import KoreanLunarCalendar

    korean = country_holidays("KR", years=year, language="ko")
    english = country_holidays("KR", years=year, language="en_US")
    moon = KoreanLunarCalendar()
    rows = []
    for number in range((date(year + 1, 1, 1) - date(year, 1, 1)).days):
        day = date(year, 1, 1) + timedelta(days=number)
        moon.setSolarDate(day.year, day.month, day.day)
        rows.append((
            day, year, (day.month + 2) // 3, day.month, day.isocalendar().week, day.isoweekday(),
            korean.get(day) or "", english.get(day) or "", int(day.isoweekday() > 5 or day in korean),
            moon.lunarMonth, moon.lunarDay, int(moon.isIntercalation),
        ))  # fmt: skip
    columns = [pa.array(values, field.type) for values, field in zip(zip(*rows, strict=True), SCHEMA, strict=True)]
    return pa.table(columns, schema=SCHEMA)
