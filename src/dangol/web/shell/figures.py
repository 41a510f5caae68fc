"""Figures as people read them: money of the home, uses, days, counts, scores, shares. Each knows the number it says, so
that a file has it as a number (said.py). Templates have them as filters by the same names.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import ngettext

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.counted_in import is_by_use
from dangol.lib import money as money_rules
from dangol.lib.languages import speaks
from dangol.web import clock
from dangol.web.shell.balance import number
from dangol.web.shell.said import PERCENT, Said

UNKNOWN = Said("–", None)


def money(minor: float | None) -> str:
    """Minor units as people read them."""
    return _money(number(minor), signed=False)


def money_signed(minor: float | None) -> str:
    """Minor units with + before gains, as effects are written."""
    return _money(number(minor), signed=True)


def money_about(minor: float | None) -> str:
    """An estimate of money: three digits carry all it knows (131만 원, $1,310)."""
    return _about(number(minor), signed=False)


def money_about_signed(minor: float | None) -> str:
    """An estimated effect in money: its sign, and three digits (+1만 1,500원)."""
    return _about(number(minor), signed=True)


def worth(value: float | None, run: Run | None) -> str:
    """What customers bring, as people read it: money, or uses where the run counted in them."""
    return uses(value) if is_by_use(run) else money(value)


def worth_about(value: float | None, run: Run | None) -> str:
    """The same of an estimate."""
    return uses(value) if is_by_use(run) else money_about(value)


def uses(number: float | None) -> str:
    """How often something is used; an estimate below 100 with one decimal."""
    if number is None:
        return UNKNOWN
    told = count(number) if float(number).is_integer() or abs(number) >= 100 else decimals(number, 1)
    return Said(_as_uses(told, number), number)


def uses_signed(number: float | None) -> str:
    """How much more or less often, as effects are written: with its sign; below 10 with two decimals."""
    if number is None:
        return UNKNOWN
    size = abs(number)
    told = count(size) if size >= 100 else decimals(size, 1 if size >= 10 else 2)
    sign = "" if rounds_to_nothing(told) else money_rules.MINUS if number < 0 else "+"
    return Said(_as_uses(sign + told, size), number)


def rounds_to_nothing(told: str) -> bool:
    """Whether a size as it is written is neither more nor less than nothing."""
    return not any(figure in told for figure in "123456789")


def _as_uses(told: str, number: float) -> str:
    return ngettext("%(n)s use", "%(n)s uses", 1 if number == 1 else 2) % {"n": told}


def amount(value: float | None, unit: str) -> str:
    """An amount in its unit: money, uses or minutes."""
    return {"uses": uses, "minutes": minutes}.get(unit, money)(value)


def amount_signed(value: float | None, unit: str) -> str:
    """An effect in its unit: money or uses, with + before gains."""
    return {"uses": uses_signed}.get(unit, money_signed)(value)


def amount_about(value: float | None, unit: str) -> str:
    """An estimate in its unit: money or uses."""
    return {"uses": uses}.get(unit, money_about)(value)


def minutes(number: float | None) -> str:
    """Minutes, with one decimal unless they are whole."""
    if number is None:
        return UNKNOWN
    told = count(number) if float(number).is_integer() else decimals(number, 1)
    return Said(ngettext("%(n)s minute", "%(n)s minutes", 1 if number == 1 else 2) % {"n": told}, number)


def _about(minor: float | None, *, signed: bool) -> str:
    if minor is None:
        return UNKNOWN
    currency = clock.home().currency
    told = money_rules.about(minor, currency, language=speaks(), signed=signed)
    return Said(told, money_rules.major(round(minor), currency), currency)


def day(at: datetime | None) -> str:
    """A day, without its year where that is the year of the home's clock."""
    return day_seen_from(clock.day().year, at) if at else ""


def day_seen_from(year: int, at: datetime) -> str:
    """A day, without its year where that is this one."""
    local = timezone.localtime(at)
    return date_format(local, "MONTH_DAY_FORMAT" if local.year == year else "DATE_FORMAT")


def _money(minor: float | None, *, signed: bool) -> str:
    if minor is None:
        return UNKNOWN
    currency = clock.home().currency
    told = money_rules.written(float(minor), currency, language=speaks(), signed=signed)
    return Said(told, money_rules.major(round(minor), currency), currency)


def count(number: float | None) -> str:
    """A whole number with commas."""
    return UNKNOWN if number is None else Said(f"{round(number):,}".replace("-", money_rules.MINUS), round(number))


def people(number: int | None) -> str:
    """A number of people, with 명 in Korean."""
    return Said(count(number) + ("명" if speaks() == "ko" and number is not None else ""), number)


def points(score: float | None) -> str:
    """A score 0–100 as whole points."""
    return count(score)


def points_signed(score: float | None) -> str:
    """A difference of scores, with its sign."""
    told = ("+" if score and round(score) > 0 else "") + count(score)
    return UNKNOWN if score is None else Said(told, round(score))


def decimals(number: float | None, places: int = 2) -> str:
    """A number with a fixed count of decimals."""
    return UNKNOWN if number is None else Said(f"{number:,.{places}f}".replace("-", money_rules.MINUS), number)


def percent(share: float | None, places: int = 0) -> str:
    """A share 0–1 as per cent."""
    if share is None:
        return UNKNOWN
    return Said(f"{share * 100:.{places}f}%".replace("-", money_rules.MINUS), share * 100, PERCENT)


ALL = (
    money, money_signed, money_about, money_about_signed, worth, worth_about, uses, uses_signed, amount, amount_signed,
    amount_about, minutes, day, count, people, points, points_signed, decimals, percent,
)  # fmt: skip
