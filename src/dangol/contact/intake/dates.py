"""What people write for a moment: 2026-11-22, 2026.11.22 오후 3:05, 20261122, 22/11/2026, a spreadsheet's 46348.5."""

FIRST_YEAR, LAST_YEAR = 1970, 2100
DAY_OR_MONTH = r"^(\d{1,2})-(\d{1,2})-\d{4}($|\s)"
WRITTEN = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.%f",
           "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M"]  # fmt: skip
CLOCKS = ["", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", " %p %I:%M:%S", " %p %I:%M"]
COMPACT = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}

MACROS = (
    # 2026. 11. 22. (일) 오후 3:05 → 2026-11-22 PM 3:05
    r"CREATE TEMP MACRO tidy_date(t) AS rtrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace("
    r"  replace(replace(t, '오전', 'AM'), '오후', 'PM'), '\([월화수목금토일]\)|일', '', 'g'),"
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
    r"  THEN timezone(zone, try_cast(t AS TIMESTAMPTZ)) END",
    r"CREATE TEMP MACRO plausible(moment) AS"
    f"  CASE WHEN year(moment) BETWEEN {FIRST_YEAR} AND {LAST_YEAR} THEN moment END",
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


def moment(text: str, *, zone: str, order: str) -> str:
    """SQL for the naive moment a text means, null when it means none.

    order: "dmy" or "mdy" for dates such as 22/11/2026, "" when the file does not show which: then only those
    that can be read one way are taken.
    """
    fast = f"try_strptime({text}, {_formats(WRITTEN)})"
    tidy = f"tidy_date({text})"
    year_first = f"try_strptime({tidy}, {_formats(['%Y-%m-%d' + clock for clock in CLOCKS])})"
    return (
        f"coalesce(plausible({fast}), plausible(compact_date({text})), plausible(serial_date({text})),"
        f" plausible(zoned_date({text}, '{zone}')), plausible({year_first}), plausible({_day_month(tidy, order)}))"
    )


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


def order_shown(text: str) -> str:
    """SQL aggregate: "dmy" or "mdy" when some date of the file can only be read so and none otherwise, else ""."""
    first, second = (f"regexp_extract(tidy_date({text}), '{DAY_OR_MONTH}', {group})" for group in (1, 2))
    day = f"coalesce(bool_or(try_cast({first} AS INTEGER) > 12), false)"
    month = f"coalesce(bool_or(try_cast({second} AS INTEGER) > 12), false)"
    return f"CASE WHEN {day} AND NOT {month} THEN 'dmy' WHEN {month} AND NOT {day} THEN 'mdy' ELSE '' END"


def _formats(formats: list[str]) -> str:
    return "[" + ", ".join(f"'{form}'" for form in formats) + "]"
