"""What people write for a number: 12,000원, ₩3,500, $1.50, (500), △500, -500, 1.2E+5, 1만 2천원, 3.5만."""

NUMBER = r"((\d{1,3}(,\d{3})+|\d+)(\.\d*)?|\.\d+)([eE]\+?\d{1,2})?"
SIGNED = rf"[-−–△▲+]?{NUMBER}|\({NUMBER}\)|{NUMBER}-"
NEGATIVE = r"^[-−–△▲(]|-$"

# 1억 2,000만, 3.5만, 1만 2천5백, 1만2500; what follows a unit has three figures at least: 1만2 may be 12,000, too.
_MANY = r"\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,8})?|\d{1,12}(?:\.\d{1,8})?"
IN_WORDS = (
    rf"[-−–△▲+]?(?:({_MANY})억)?(?:(?:(\d)천)?(?:(\d)백)?({_MANY})?만)?(?:(\d)천)?(?:(\d)백)?(\d{{3,4}}|\d,\d{{3}})?"
)
_WORTH = (100_000_000, 10_000_000, 1_000_000, 10_000, 1_000, 100, 1)
_NOTHING_BEFORE = r"(^|[-−–△▲+억])만"
_PARTS = " + ".join(
    f"coalesce(try_cast(replace(regexp_extract(b, '^{IN_WORDS}$', {place}), ',', '') AS DECIMAL(20, 8)), 0)"
    f" * CAST({worth} AS DECIMAL(9, 0))"
    for place, worth in enumerate(_WORTH, 1)
)

# A comma stands between thousands only: "1,5" is refused rather than guessed at.
MACROS = (
    r"CREATE TEMP MACRO bare_number(t) AS"
    "  regexp_replace(translate(t, '０１２３４５６７８９，．', '0123456789,.'),"
    "  '[\\s\\\\\u00a0\u3000₩￦원$€£¥''\"]|KRW|USD|krw|usd', '', 'g')",
    f"CREATE TEMP MACRO number_in(b) AS CASE WHEN regexp_full_match(b, '{SIGNED}') THEN"
    f"  (CASE WHEN regexp_matches(b, '{NEGATIVE}') THEN -1 ELSE 1 END)"
    "  * try_cast(regexp_replace(b, '[-−–△▲+(),]', '', 'g') AS DECIMAL(18, 4)) END",
    f"CREATE TEMP MACRO number_in_words(b) AS CASE"
    f"  WHEN regexp_full_match(b, '{IN_WORDS}') AND NOT regexp_matches(b, '{_NOTHING_BEFORE}') THEN"
    f"  try_cast(CASE WHEN regexp_matches(b, '{NEGATIVE}') THEN -({_PARTS}) ELSE {_PARTS} END AS DECIMAL(18, 4)) END",
    # The commonest ways first: the rest is slow, and worked out for every row unless it stands in a CASE.
    r"CREATE TEMP MACRO number_of(t) AS coalesce(try_cast(t AS DECIMAL(18, 4)),"
    r"  CASE WHEN regexp_full_match(t, '-?\d{1,3}(,\d{3})+원?') THEN"
    r"    try_cast(replace(replace(t, ',', ''), '원', '') AS DECIMAL(18, 4)) END,"
    "  CASE WHEN regexp_matches(t, '[억만천백]') THEN number_in_words(bare_number(t))"
    "  ELSE number_in(bare_number(t)) END)",
)


def minor(expression: str, exponent: int) -> str:
    """SQL for an exact decimal in major units as whole minor units, a half away from zero; null when too large."""
    return f"try_cast(round(({expression}) * {10**exponent}, 0) AS BIGINT)"
