"""Template tags and filters of the shell: `{% load shell %}`.

Filters (those of numbers and days: figures.py)
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
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from dangol.records.customers.models import Customer
from dangol.records.staff.once import new_mark
from dangol.records.staff.roles import May
from dangol.web.shell import charts, figures, marks, words
from dangol.web.shell.balance import Balance, number, pair
from dangol.web.shell.once import FIELD
from dangol.web.shell.viewer import Viewer

register = template.Library()
for figure in figures.ALL:
    register.filter(figure)


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
