"""What people write for a number: 12,000원, ₩3,500, $1.50, (500), △500, -500, 1.2E+5."""

NUMBER = r"((\d{1,3}(,\d{3})+|\d+)(\.\d*)?|\.\d+)([eE]\+?\d{1,2})?"
SIGNED = rf"[-−–△▲+]?{NUMBER}|\({NUMBER}\)|{NUMBER}-"
NEGATIVE = r"^[-−–△▲(]|-$"

# A comma stands between thousands only: "1,5" is refused rather than guessed at.
MACROS = (
    r"CREATE TEMP MACRO bare_number(t) AS"
    "  regexp_replace(t, '[\\s\\\\\u00a0\u3000₩￦원$€£¥''\"]|KRW|USD|krw|usd', '', 'g')",
    f"CREATE TEMP MACRO number_in(b) AS CASE WHEN regexp_full_match(b, '{SIGNED}') THEN"
    f"  (CASE WHEN regexp_matches(b, '{NEGATIVE}') THEN -1 ELSE 1 END)"
    "  * try_cast(regexp_replace(b, '[-−–△▲+(),]', '', 'g') AS DECIMAL(18, 4)) END",
    # The commonest ways first: the rest is slow.
    r"CREATE TEMP MACRO number_of(t) AS coalesce(try_cast(t AS DECIMAL(18, 4)),"
    r"  CASE WHEN regexp_full_match(t, '-?\d{1,3}(,\d{3})+원?') THEN"
    r"    try_cast(replace(replace(t, ',', ''), '원', '') AS DECIMAL(18, 4)) END,"
    "  number_in(bare_number(t)))",
)


def minor(expression: str, exponent: int) -> str:
    """SQL for an exact decimal in major units as whole minor units, a half away from zero; null when too large."""
    return f"try_cast(round(({expression}) * {10**exponent}, 0) AS BIGINT)"
