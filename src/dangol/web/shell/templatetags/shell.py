"""Template tags and filters of the shell: `{% load shell %}`.

Filters
    money, money_signed        minor units → 41억 2,300만 원, +₩1,100 (the home's currency, the page's language)
    money_about, money_about_signed     an estimate of money, three digits: 131만 원, +1만 1,500원
    worth:run, worth_about:run money, or uses where the run counted in them: 12.3회 이용
    day                        11월 22일; with its year where it is another than now
    count                      18,240
    people                     18,240명 in Korean, 18,240 in English
    points                     0–100 scores: whole points with a true minus; points_signed with + as well
    decimals                   0.34
    percent                    share 0–1 → 31%
    as_input                   a bound form field in our clothes (shell/field.html uses it)
    line_name, region_name, region_short     words for codes
Tags
    icon "name"                                     an icon of templates/shell/icons
    region_mark "II"                                ▲ ▼ ● ◌
    region_badge "II"                               mark, numeral and word
    provenance "measured"                           측정 solid, 추정 dashed, 모름 dotted
    balance cv ce region …                          the mark in a row; cv_low, cv_high, ce_low, ce_high, width
    balance_scale cv ce region tolerance …          the large mark with its scale
    balance_key                                     what ○ and ■ mean
    interval low value high                         a stat's line; lines up zero when it lies inside
    chart_scripts                                   in the scripts block of a page with charts
    share_bar counts                                {"I": n, …} as one bar with its legend
    query key=value …                               this page's query string with some values changed ("" removes)
    named customer, named_text "…"                  a name, masked for those who do not work with people
    viewer|may:"export"                             (filter) whether the viewer may do this
"""

from datetime import datetime
from functools import cache
from typing import Any

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.template.loader import get_template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.counted_in import is_by_use
from dangol.lib import money as money_rules
from dangol.lib.languages import speaks
from dangol.records.customers.models import Customer
from dangol.records.staff.once import new_mark
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.shell import charts, marks, words
from dangol.web.shell.balance import Balance, number, pair
from dangol.web.shell.once import FIELD
from dangol.web.shell.said import PERCENT, Said
from dangol.web.shell.viewer import Viewer

register = template.Library()
UNKNOWN = Said("–", None)


@register.filter
def money(minor: float | None) -> str:
    """Minor units as people read them."""
    return _money(number(minor), signed=False)


@register.filter
def money_signed(minor: float | None) -> str:
    """Minor units with + before gains, as effects are written."""
    return _money(number(minor), signed=True)


@register.filter
def money_about(minor: float | None) -> str:
    """An estimate of money: three digits carry all it knows (131만 원, $1,310)."""
    return _about(number(minor), signed=False)


@register.filter
def money_about_signed(minor: float | None) -> str:
    """An estimated effect in money: its sign, and three digits (+1만 1,500원)."""
    return _about(number(minor), signed=True)


@register.filter
def worth(value: float | None, run: Run | None) -> str:
    """What customers bring, as people read it: money, or uses where the run counted in them."""
    return uses(value) if is_by_use(run) else money(value)


@register.filter
def worth_about(value: float | None, run: Run | None) -> str:
    """The same of an estimate."""
    return uses(value) if is_by_use(run) else money_about(value)


@register.filter
def uses(number: float | None) -> str:
    """How often something is used; an estimate below 100 with one decimal."""
    if number is None:
        return UNKNOWN
    told = count(number) if float(number).is_integer() or abs(number) >= 100 else decimals(number, 1)
    return Said(_as_uses(told, number), number)


@register.filter
def uses_signed(number: float | None) -> str:
    """How much more or less often, as effects are written: with its sign; below 10 with two decimals."""
    if number is None:
        return UNKNOWN
    size = abs(number)
    told = count(size) if size >= 100 else decimals(size, 1 if size >= 10 else 2)
    sign = "" if not any(figure in told for figure in "123456789") else money_rules.MINUS if number < 0 else "+"
    return Said(_as_uses(sign + told, size), number)


def _as_uses(told: str, number: float) -> str:
    return ngettext("%(n)s use", "%(n)s uses", 1 if number == 1 else 2) % {"n": told}


@register.filter
def amount(value: float | None, unit: str) -> str:
    """An amount in its unit: money, uses or minutes."""
    return {"uses": uses, "minutes": minutes}.get(unit, money)(value)


@register.filter
def amount_signed(value: float | None, unit: str) -> str:
    """An effect in its unit: money or uses, with + before gains."""
    return {"uses": uses_signed}.get(unit, money_signed)(value)


@register.filter
def amount_about(value: float | None, unit: str) -> str:
    """An estimate in its unit: money or uses."""
    return {"uses": uses}.get(unit, money_about)(value)


@register.filter
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


@register.filter
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


@register.filter
def count(number: float | None) -> str:
    """A whole number with commas."""
    return UNKNOWN if number is None else Said(f"{round(number):,}".replace("-", money_rules.MINUS), round(number))


@register.filter
def people(number: int | None) -> str:
    """A number of people, with 명 in Korean."""
    return Said(count(number) + ("명" if speaks() == "ko" and number is not None else ""), number)


@register.filter
def points(score: float | None) -> str:
    """A score 0–100 as whole points."""
    return count(score)


@register.filter
def points_signed(score: float | None) -> str:
    """A difference of scores, with its sign."""
    told = ("+" if score and round(score) > 0 else "") + count(score)
    return UNKNOWN if score is None else Said(told, round(score))


@register.filter
def decimals(number: float | None, places: int = 2) -> str:
    """A number with a fixed count of decimals."""
    return UNKNOWN if number is None else Said(f"{number:,.{places}f}".replace("-", money_rules.MINUS), number)


@register.filter
def percent(share: float | None, places: int = 0) -> str:
    """A share 0–1 as per cent."""
    if share is None:
        return UNKNOWN
    return Said(f"{share * 100:.{places}f}%".replace("-", money_rules.MINUS), share * 100, PERCENT)


@register.filter
def line_name(line: str | None) -> str:
    """The name of a line of business."""
    return str(words.line_name(line or ""))


@register.filter
def region_name(region: str) -> str:
    """The people of a region, as on lists: Customers to care for more."""
    return str(words.REGION_NAMES.get(region, words.REGION_NAMES["unknown"]))


@register.filter
def region_short(region: str) -> str:
    """Numeral and word of a region, as on badges: II Care more."""
    known = region if region in words.BADGES else "unknown"
    return f"{words.NUMERALS[known]} {words.BADGES[known]}".strip()


@register.filter
def region_css(region: str) -> str:
    """The class of a region's colour: r1, r2, r3, r0."""
    return words.region_class(region)


@register.filter
def split_words(text: str) -> list[str]:
    """Words separated by commas, to loop over."""
    return text.split(",")


@register.filter
def iso(at: datetime) -> str:
    """A moment as an address carries it, to the microsecond."""
    return at.isoformat()


@cache
def _icon(name: str) -> SafeString:
    return mark_safe(get_template(f"shell/icons/{name}.svg").render().strip())  # noqa: S308 -- our own file


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon, drawn in the colour of the text around it."""
    return _icon(name)


@register.simple_tag
def once() -> SafeString:
    """A mark for a form: sent twice, it does what it asks for once."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, new_mark())


@register.simple_tag
def region_mark(region: str) -> SafeString:
    """▲ ▼ ● ◌."""
    return marks.region(region)


@register.simple_tag
def region_badge(region: str) -> SafeString:
    """Mark, numeral and word of a region."""
    return marks.badge(region)


@register.simple_tag
def provenance(code: str) -> SafeString:
    """Measured, estimated, unknown."""
    return marks.provenance(code)


@register.simple_tag
def balance(
    cv: float | None,
    ce: float | None,
    region: str = "unknown",
    *,
    cv_low: float | None = None,
    cv_high: float | None = None,
    ce_low: float | None = None,
    ce_high: float | None = None,
    width: int = 128,
) -> SafeString:
    """The mark in a row."""
    ranges = (pair(number(cv_low), number(cv_high)), pair(number(ce_low), number(ce_high)))
    return marks.balance(Balance(width, 18, 8.0, 4.0, region, number(cv), number(ce), *ranges))


@register.inclusion_tag("shell/balance_scale.html")
def balance_scale(
    cv: float | None,
    ce: float | None,
    region: str,
    tolerance: float,
    *,
    cv_low: float | None = None,
    cv_high: float | None = None,
    ce_low: float | None = None,
    ce_high: float | None = None,
) -> dict[str, Any]:
    ranges = (pair(number(cv_low), number(cv_high)), pair(number(ce_low), number(ce_high)))
    cv, ce = number(cv), number(ce)
    drawn = [("large-only", Balance(620, 100, 16.0, 8.0, region, cv, ce, *ranges))]
    drawn.append(("small-only", Balance(326, 100, 16.0, 8.0, region, cv, ce, *ranges)))
    return {
        "marks": drawn,
        "said": marks.spoken(drawn[0][1]),
        "tolerance": tolerance,
        "distance": None if (gap := drawn[0][1].gap) is None else abs(gap),
    }


@register.inclusion_tag("shell/balance_key.html")
def balance_key() -> dict[str, Any]:
    return {}


@register.inclusion_tag("shell/interval.html")
def interval(low: float, value: float, high: float) -> dict[str, Any]:
    """A line from low to high on a track half as wide again; zero is marked where the track reaches it."""
    spread = max(high - low, 1e-9)
    start, end = min(low - spread / 2, value), max(high + spread / 2, value)
    if low <= 0 <= high or abs(min(low, high, key=abs)) < spread / 2:
        start, end = min(start, -spread / 4), max(end, spread / 4)

    def place(number: float) -> float:
        return round(4 + 292 * (number - start) / (end - start), 1)

    zero = place(0.0) if start <= 0 <= end and start < 0 else None
    return {"x1": place(low), "x": place(value), "x2": place(high), "zero": zero, "sure": not low <= 0 <= high}


@register.inclusion_tag("shell/share_bar.html")
def share_bar(counts: dict[str, int], links: dict[str, str] | None = None) -> dict[str, Any]:
    """Parts of a whole by region, each at least a hair wide so that nobody disappears."""
    total = sum(counts.values()) or 1
    present = [region for region in words.REGIONS if counts.get(region)]
    usable, gap, at, parts = 296.0 - 1.5 * max(len(present) - 1, 0), 1.5, 0.0, []
    for region in present:
        width = max(usable * counts[region] / total, 1.5)
        css = "unk" if region == "unknown" else f"f-{words.region_class(region)}"
        parts.append({"x": round(at, 1), "width": round(width, 1), "css": css})
        at += width + gap
    legend = [
        {"region": region, "count": counts.get(region, 0), "share": counts.get(region, 0) / total,
         "link": (links or {}).get(region)}
        for region in words.REGIONS
    ]  # fmt: skip
    return {"parts": parts, "legend": legend}


@register.filter
def as_input(field: BoundField) -> SafeString:
    """A bound field drawn in our clothes."""
    return field.as_widget(attrs={"class": "input"})


@register.inclusion_tag("shell/chart_scripts.html")
def chart_scripts() -> dict[str, str]:
    """What a page with charts needs, in its scripts block."""
    return {"version": charts.bundle_version()}


@register.simple_tag(takes_context=True)
def named(context: template.Context, customer: Customer) -> str:
    """The customer's name as the viewer sees it."""
    viewer: Viewer = context["viewer"]
    return viewer.name(customer)


@register.simple_tag(takes_context=True)
def named_text(context: template.Context, name: str) -> str:
    """A name that came without its customer, as the viewer sees it."""
    viewer: Viewer = context["viewer"]
    return viewer.name_text(name)


@register.filter
def may(viewer: Viewer | None, what: str) -> bool:
    """Whether the viewer may do this: {% if viewer|may:"export" %}."""
    return viewer is not None and viewer.may(May(what))


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The query string of this page with some values changed; an empty value leaves it out."""
    request: HttpRequest = context["request"]
    values = request.GET.copy()
    for key, value in changes.items():
        if value in ("", None):
            values.pop(key, None)
        else:
            values[key] = str(value)
    return "?" + values.urlencode()
