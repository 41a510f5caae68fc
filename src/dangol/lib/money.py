"""Money: exact integers in a currency's minor unit, written as people read it."""

from decimal import Decimal
from math import floor, log10

EXPONENTS = {"KRW": 0, "JPY": 0, "USD": 2, "EUR": 2, "GBP": 2, "CNY": 2}
SIGNS = {"KRW": "₩", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "CNY": "CN¥"}
MINUS = "−"


def exponent(currency: str) -> int:
    """Decimal places of the currency (KRW 0, USD 2); 2 where unknown."""
    return EXPONENTS.get(currency, 2)


def major(units: int, currency: str) -> Decimal:
    """The amount in major units, exact: 1999 cents → 19.99."""
    return Decimal(units).scaleb(-exponent(currency))


def minor(amount: Decimal, currency: str) -> int:
    """The amount in minor units, to the nearest: 19.99 → 1999 cents."""
    return round(amount.scaleb(exponent(currency)))


def as_number(minor: int, currency: str) -> int | float:
    """The amount in major units as a JSON number, to the currency's last place."""
    return minor if exponent(currency) == 0 else float(major(minor, currency))


def written(minor: float, currency: str, *, language: str = "ko", signed: bool = False) -> str:
    """The amount as people read it: 41억 2,300만 원, 1만 4,200원, ₩4.12B, $19.99.

    `signed` puts + before gains, as effects are written. The minus is the typographic one.
    """
    rounded = round(minor)
    sign = MINUS if rounded < 0 else ("+" if signed and rounded > 0 else "")
    size = abs(rounded)
    if currency == "KRW" and language == "ko":
        return sign + _won_in_korean(size)
    return f"{sign}{SIGNS.get(currency, currency + ' ')}{_short(major(size, currency), currency)}"


def about(minor: float, currency: str, *, language: str = "ko", signed: bool = False) -> str:
    """An estimate as people read it: three digits carry all it knows (131만 원, $1,310, +1만 1,500원)."""
    if not minor:
        return written(minor, currency, language=language, signed=signed)
    unit = 10 ** max(floor(log10(abs(minor))) - 2, exponent(currency))
    return written(round(minor / unit) * unit, currency, language=language, signed=signed).replace(".00", "")


def _won_in_korean(won: int) -> str:
    """Two units at most: 억 and 만, or 만 and won."""
    eok, rest = divmod(won, 100_000_000)
    man, ones = divmod(rest, 10_000)
    if eok:
        return f"{eok:,}억 {man:,}만 원" if man else f"{eok:,}억 원"
    if man:
        return f"{man:,}만 {ones:,}원" if ones else f"{man:,}만 원"
    return f"{ones:,}원"


def _short(value: Decimal, currency: str) -> str:
    for size, letter in ((Decimal(10**9), "B"), (Decimal(10**6), "M")):
        if value >= size:
            return f"{value / size:,.2f}{letter}"
    return f"{value:,.{exponent(currency)}f}"
