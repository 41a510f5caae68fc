"""What people write for a moment: 2026-11-22, 26.11.22, 2026.11.22 오후 3:05, 2026년 11월 22일 15시 5분, 20261122,
22/11/2026, 46348.5.
"""

import re
from collections.abc import Iterable

FIRST_YEAR, LAST_YEAR = 1970, 2100
YEARS_AHEAD = 3  # two figures that mean a later year mean another order: 31/01/24 is no day of 2031
# A date with a year of two figures, tidied; and one that is written as only Koreans do.
SHORT = r"^\d{1,2}-\d{1,2}-\d{1,2}($| )"
KOREAN = r"^\d{2}\s*[.년]"
SHORT_FORMS = {"ymd": "%y-%m-%d", "dmy": "%d-%m-%y", "mdy": "%m-%d-%y"}
DAY_OR_MONTH = r"^(\d{1,2})-(\d{1,2})-\d{4}($|\s)"
WRITTEN = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.%f"]
CLOCKS = ["", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", " %p %I:%M:%S", " %p %I:%M"]
COMPACT = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
# A text with every digit as 9: a file has few shapes, and one format reads all of a shape.
SHAPE = "translate({text}, '0123456789', '9999999999')"
SHAPES_LOOKED_AT = 50
_CLOCK = r"(?P<clock>(?P<gap>[ T])9{1,2}:99(?P<seconds>:99(?P<part>\.9{1,6})?)?)?"
_YEAR_FIRST = re.compile(rf"9999(?P<sign>[-./])9{{1,2}}(?P=sign)9{{1,2}}{_CLOCK}")
_TWO_FIGURES = re.compile(rf"9{{1,2}}(?P<sign>[-./])9{{1,2}}(?P=sign)9{{1,2}}{_CLOCK}")
_YEAR_LAST = re.compile(rf"9{{1,2}}(?P<sign>[-./])9{{1,2}}(?P=sign)9999{_CLOCK}")

MACROS = (
    # 15시 5분 7초 → 15:5:7, 오후 3시 → 오후 3:00
    r"CREATE TEMP MACRO clock_told(t) AS CASE WHEN contains(t, '시') THEN"
    r"  regexp_replace(regexp_replace(regexp_replace(regexp_replace(t, '일\s*(\d)', '일 \1'),"
    r"  '(\d)\s*시\s*(\d{1,2})\s*분\s*(\d{1,2})\s*초', '\1:\2:\3'), '(\d)\s*시\s*(\d{1,2})\s*분', '\1:\2'),"
    r"  '(\d)\s*시', '\1:00') ELSE t END",
    # 2026. 11. 22. (일) 오후 3:05 → 2026-11-22 PM 3:05
    r"CREATE TEMP MACRO tidy_date(t) AS rtrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace("
    r"  replace(replace(clock_told(t), '오전', 'AM'), '오후', 'PM'), '\([월화수목금토일]\)|일', '', 'g'),"
    r"  '(\d)\s*[./년월-]\s*', '\1-', 'g'), '-(AM|PM|am|pm)', ' \1'), '-?\s+', ' ', 'g'), '- ')",
    r"CREATE TEMP MACRO serial_date(t) AS CASE"
    r"  WHEN regexp_full_match(t, '[2-7]\d{4}(\.\d+)?')"
    r"  THEN TIMESTAMP '1899-12-30' + to_seconds(round(try_cast(t AS DOUBLE) * 86400)) END",
    r"CREATE TEMP MACRO compact_date(t) AS CASE WHEN regexp_full_match(t, '\d{8}|\d{12}|\d{14}') THEN CASE length(t) "
    + " ".join(f"WHEN {length} THEN try_strptime(t, '{form}')" for length, form in COMPACT.items())
    + " END END",
    # A moment that names its offset is turned to the shop's clock.
    r"CREATE TEMP MACRO zoned_date(t, zone) AS CASE"
    r"  WHEN regexp_matches(t, ':\d{2}(\.\d+)?\s*(Z|[+-]\d{2}:?(\d{2})?)$')"
    # The engine reads +09:00 and no +0900.
    r"  THEN timezone(zone, try_cast(regexp_replace(t, '\s*([+-]\d{2})(\d{2})$', '\1:\2') AS TIMESTAMPTZ)) END",
    # 103000, 1030, or a spreadsheet's part of a day
    r"CREATE TEMP MACRO tidy_clock(t) AS CASE"
    r"  WHEN regexp_full_match(t, '\d{5,6}') THEN regexp_replace(lpad(t, 6, '0'), '(..)(..)(..)', '\1:\2:\3')"
    r"  WHEN regexp_full_match(t, '\d{3,4}') THEN regexp_replace(lpad(t, 4, '0'), '(..)(..)', '\1:\2')"
    r"  WHEN regexp_full_match(t, '0?\.\d+') THEN"
    r"    strftime(TIMESTAMP '2000-01-01' + to_seconds(round(try_cast(t AS DOUBLE) * 86400)), '%H:%M:%S')"
    r"  ELSE t END",
)


def with_clock(day: str, clock: str) -> str:
    """SQL that puts a day and a time of day from two columns together."""
    return rf"concat_ws(' ', regexp_replace({day}, '[T\s]+0?0:00(:00)?$', ''), nullif(tidy_clock({clock}), ''))"


def shapes(text: str) -> str:
    """SQL for the commonest shapes of a column of `raw`."""
    return f"SELECT {SHAPE.format(text=text)} FROM raw GROUP BY 1 ORDER BY count(*) DESC LIMIT {SHAPES_LOOKED_AT}"  # noqa: S608


def moment(text: str, *, zone: str, order: str, short: str = "", shapes: Iterable[str] = ()) -> str:
    """SQL for the naive moment a text means, null when it means none; whether it is plausible is not asked.

    order: "dmy" or "mdy" for dates such as 22/11/2026, "" when the file does not show which: then only those
    that can be read one way are taken. short: which of SHORT_FORMS years of two figures follow, "" where it cannot be
    told. Texts of the `shapes` are read at once, whatever else is tried slowly.
    """
    tidy = f"tidy_date({text})"
    # The rest would take two figures for a year of antiquity.
    first = f" {short_date(tidy, short)}," if short else ""
    slow = (
        f"coalesce(try_strptime({text}, {_formats(WRITTEN)}), compact_date({text}), serial_date({text}),"
        f" zoned_date({text}, '{zone}'),{first} try_strptime({tidy}, {_formats(['%Y-%m-%d' + one for one in CLOCKS])}),"
        f" {_day_month(tidy, order)})"
    )
    known = {shape: form for shape in shapes if (form := format_of(shape, order, short))}
    if not known:
        return slow
    cases = " ".join(f"WHEN '{shape}' THEN try_strptime({text}, '{form}')" for shape, form in known.items())
    return f"CASE {SHAPE.format(text=text)} {cases} ELSE {slow} END"


def format_of(shape: str, order: str, short: str = "") -> str | None:
    """The one format of a shape such as 9999.99.99 99:99; None for what needs a closer look."""
    if shape == "99999999":
        return COMPACT[8]
    if found := _YEAR_FIRST.fullmatch(shape):
        return found["sign"].join(("%Y", "%m", "%d")) + _clock_of(found)
    if order and (found := _YEAR_LAST.fullmatch(shape)):
        days = ("%d", "%m") if order == "dmy" else ("%m", "%d")
        return found["sign"].join((*days, "%Y")) + _clock_of(found)
    if short and (found := _TWO_FIGURES.fullmatch(shape)):
        year = shape.split(found["sign"])[0 if short == "ymd" else 2][:2]
        return SHORT_FORMS[short].replace("-", found["sign"]) + _clock_of(found) if year == "99" else None
    return None


def _clock_of(found: re.Match[str]) -> str:
    if not found["clock"]:
        return ""
    return f"{found['gap']}%H:%M" + (":%S" if found["seconds"] else "") + (".%f" if found["part"] else "")


def plausible(moment: str) -> str:
    """SQL for the moment if it lies in years that a shop can have sold in."""
    return f"CASE WHEN year({moment}) BETWEEN {FIRST_YEAR} AND {LAST_YEAR} THEN {moment} END"


def _day_month(tidy: str, order: str) -> str:
    day_first = f"try_strptime({tidy}, {_formats(['%d-%m-%Y' + clock for clock in CLOCKS])})"
    month_first = f"try_strptime({tidy}, {_formats(['%m-%d-%Y' + clock for clock in CLOCKS])})"
    if order:
        return day_first if order == "dmy" else month_first
    # Only one of the two can be read, or both mean the same day.
    return (
        f"CASE WHEN {day_first} IS NULL THEN {month_first}"
        f" WHEN {month_first} IS NULL OR {month_first} = {day_first} THEN {day_first} END"
    )


def short_date(tidy: str, short: str) -> str:
    """SQL for the moment of a tidied text whose year has two figures, in one order; null where it has not."""
    year = r"^\d{2}-" if short == "ymd" else r"^\d{1,2}-\d{1,2}-\d{2}($| )"
    read = f"try_strptime({tidy}, {_formats([SHORT_FORMS[short] + clock for clock in CLOCKS])})"
    return f"CASE WHEN regexp_matches({tidy}, '{SHORT}') AND regexp_matches({tidy}, '{year}') THEN {read} END"


def short_order(text: str, *, now: str, korean: bool) -> str:
    """SQL: "ymd", "dmy" or "mdy" for the dates of `raw` whose years have two figures, "" where it cannot be told.

    Koreans write 26.11.22 and mean the year first, unless another order reads more of the file. Elsewhere one order has
    to read all that any of them reads, and no other order as many.
    """
    read = {
        order: f"coalesce(year({short_date('t', order)}) <= {int(now[:4]) + YEARS_AHEAD}, false)"
        for order in SHORT_FORMS
    }
    counts = ", ".join(f"count(*) FILTER ({told}) AS {order}" for order, told in read.items())
    found = (
        f"SELECT {counts}, count(*) FILTER ({' OR '.join(read.values())}) AS any_of, bool_and(theirs) AS theirs"  # noqa: S608
        f" FROM (SELECT tidy_date({text}) AS t, regexp_matches({text}, '{KOREAN}') AS theirs FROM raw"
        rf" WHERE NOT regexp_matches({text}, '^\d{{3}}'))"
        f" WHERE regexp_matches(t, '{SHORT}')"
    )
    ours = "WHEN theirs OR ymd >= greatest(dmy, mdy) THEN 'ymd'" if korean else ""
    sole = " ".join(
        f"WHEN {order} = any_of AND {order} > greatest({', '.join(one for one in SHORT_FORMS if one != order)})"
        f" THEN '{order}'"
        for order in SHORT_FORMS
    )
    return f"SELECT CASE WHEN theirs IS NULL THEN '' {ours} {sole} ELSE '' END FROM ({found})"  # noqa: S608


def order_shown(text: str) -> str:
    """SQL: "dmy" or "mdy" when some date of `raw` can only be read so and none otherwise, else ""."""
    first, second = (f"regexp_extract(tidy_date({text}), '{DAY_OR_MONTH}', {group})" for group in (1, 2))
    day = f"coalesce(bool_or(try_cast({first} AS INTEGER) > 12), false)"
    month = f"coalesce(bool_or(try_cast({second} AS INTEGER) > 12), false)"
    return (
        f"SELECT CASE WHEN {day} AND NOT {month} THEN 'dmy' WHEN {month} AND NOT {day} THEN 'mdy' ELSE '' END"  # noqa: S608
        rf" FROM raw WHERE NOT regexp_matches({text}, '^\d{{4}}')"
    )


def _formats(formats: list[str]) -> str:
    return "[" + ", ".join(f"'{form}'" for form in formats) + "]"
