"""The effect as a picture: both estimates with their 95 % intervals beside a zero line."""

from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dangol.decisions.campaigns.judged_by import Outcome
from dangol.decisions.campaigns.models import Campaign
from dangol.decisions.campaigns.queries import Result
from dangol.insight.analysis.models import Effect
from dangol.lib.languages import speaks
from dangol.lib.money import SIGNS, as_number, exponent
from dangol.web import clock
from dangol.web.shell.charts import Chart, Table
from dangol.web.shell.figures import amount_signed, count
from dangol.web.shell.said import span

type Spec = dict[str, Any]

ROW = 62  # pixels
BARS = 1  # place of the layer whose scale all share


def chart(campaign: Campaign, result: Result, *, provenance: list[str]) -> Chart:
    """The frame around the picture."""
    return Chart(
        name="effect",
        finding=finding(result),
        unit=_(
            "Dots are estimates, lines 95% intervals; the bold one was declared before sending. Hollow: could be zero."
        ),
        spec=spec(result),
        provenance=provenance,
        table=table(result),
        downloads={kind: reverse("campaign_file", args=[campaign.pk, kind]) for kind in ("png", "svg", "pdf", "csv")},
    )


def to_take_away(campaign: Campaign, result: Result) -> Chart:
    """The picture as a file: there it says itself which campaign it is of."""
    drawn = chart(campaign, result, provenance=[])
    return replace(drawn, finding=f"{campaign.name}: {drawn.finding}")


def finding(result: Result) -> str:
    """What the two intervals say together."""
    sure = [_sure(one) for one in estimates(result)]
    if all(sure):
        return _("The interval lies on one side of zero") if len(sure) == 1 else _("Both intervals leave zero out")
    if not any(sure):
        return _("The interval includes zero") if len(sure) == 1 else _("Both intervals include zero")
    if sure[0]:
        return _("The declared interval leaves zero out, the other includes it")
    return _("The declared interval includes zero, the other leaves it out")


def estimates(result: Result) -> list[Effect]:
    """The declared estimate first."""
    return [result.declared, *([result.other] if result.other else [])]


def estimator_name(effect: Effect) -> str:
    """An estimator in words, and whether it was the one declared."""
    name = str(Campaign.Estimator(effect.estimator).label)
    return _("%(estimator)s (declared before sending)") % {"estimator": name} if effect.declared else name


def table(result: Result) -> Table:
    """The same numbers to read."""
    columns = [_("Estimate"), _("Effect per customer"), _("95% interval"), _("Treated"), _("Held out")]
    rows: list[list[Any]] = [
        [estimator_name(one), amount_signed(one.effect, one.outcome),
         span(amount_signed(one.ci_low, one.outcome), amount_signed(one.ci_high, one.outcome)),
         count(one.treated), count(one.held_out)]
        for one in estimates(result)
    ]  # fmt: skip
    return Table(columns, rows, frozenset({1, 2, 3, 4}))


def spec(result: Result) -> Spec:
    """The Vega-Lite spec, amounts in major units or uses."""
    rows = [_row(number, effect) for number, effect in enumerate(estimates(result))]
    unit = Outcome.USES if result.declared.outcome == Outcome.USES else clock.home().currency
    drawn = deepcopy(_drawn(speaks(), str(unit), len(rows)))
    ends = [0, *(row[end] for row in rows for end in ("low", "high"))]
    margin = (max(ends) - min(ends)) * 0.06
    drawn["layer"][BARS]["encoding"]["x"]["scale"]["domain"] = [min(ends) - margin, max(ends) + margin]
    drawn["datasets"] = {"estimates": rows, "zero": [{"at": 0}]}
    return drawn


@cache
def _drawn(language: str, unit: str, estimates: int) -> Spec:
    """The layers without their numbers: the same for every campaign, so made once for each language and unit."""
    import altair as alt

    height, people = ROW * estimates, alt.Chart(alt.NamedData("estimates"))
    line, above = _place(alt, "line", height), _place(alt, "words", height)
    zero = alt.Chart(alt.NamedData("zero")).mark_rule(color="var(--ink)", strokeWidth=1.25).encode(x=alt.X("at:Q"))
    bars = people.mark_rule(strokeWidth=3, strokeCap="round", tooltip=None).encode(
        x=_x(alt, unit, language), x2="high:Q", y=line, color=_ink(alt)
    )
    dots = people.mark_point(size=95, filled=True, strokeWidth=2, opacity=1, tooltip=None).encode(
        x="value:Q", y=line, fill=alt.Fill("fill:N", scale=None), stroke=alt.Stroke("edge:N", scale=None)
    )
    names = _haloed(people, alt.value(0), above, "left", "datum.name")
    values = _haloed(people, alt.value(alt.expr("width")), above, "right", "datum.label")
    layers = alt.layer(zero, bars, dots, *names, *values).properties(width="container", height=height)
    drawn: Spec = layers.to_dict()
    drawn.pop("config", None)
    return drawn


def _row(number: int, effect: Effect) -> Spec:
    value, low, high = (_plotted(one, effect.outcome) for one in (effect.effect, effect.ci_low, effect.ci_high))
    sure = _sure(effect)
    return {
        "name": str(Campaign.Estimator(effect.estimator).label),
        "declared": effect.declared,
        "label": amount_signed(effect.effect, effect.outcome),
        "value": value,
        "low": low,
        "high": high,
        "words": ROW * number + 14,
        "line": ROW * number + 38,
        "sure": sure,
        "fill": "var(--ink)" if sure else "var(--surface)",
        "edge": "var(--surface)" if sure else "var(--line-strong)",
    }


def _plotted(value: float, outcome: str) -> float:
    return round(value, 3) if outcome == Outcome.USES else as_number(round(value), clock.home().currency)


def _sure(effect: Effect) -> bool:
    return not effect.ci_low <= 0 <= effect.ci_high


def _x(alt: Any, unit: str, language: str) -> Any:
    before, after, figures, title = _uses_axis() if unit == Outcome.USES else _money_axis(unit, language)
    written = f"format(abs(datum.value), '{figures}')"
    label = f"(datum.value < 0 ? '−' : datum.value > 0 ? '+' : '') + '{before}' + {written} + '{after}'"
    axis = alt.Axis(title=title, labelExpr=label, tickCount=5, grid=True, domain=True)
    return alt.X("low:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis)


def _money_axis(currency: str, language: str) -> tuple[str, str, str, str]:
    """What stands before and after a number, how it is written, and the axis's title."""
    before, after = ("", "원") if (currency, language) == ("KRW", "ko") else (SIGNS.get(currency, ""), "")
    figures = f",.{0 if exponent(currency) == 0 else 2}f"
    return before, after, figures, _("More bought per customer, treated less held out")


def _uses_axis() -> tuple[str, str, str, str]:
    """The same of uses."""
    return "", "", ",.2~f", _("More uses per customer, treated less held out")


def _place(alt: Any, field: str, height: int) -> Any:
    return alt.Y(f"{field}:Q", scale=alt.Scale(domain=[height, 0], nice=False), axis=None)


def _ink(alt: Any) -> Any:
    return alt.condition("datum.sure", alt.value("var(--ink)"), alt.value("var(--line-strong)"))


def _haloed(chart: Any, x: Any, y: Any, align: str, text: str) -> list[Any]:
    """Text over lines, bold where it is the declared estimate: a halo of the surface first."""
    words = {
        "align": align,
        "fontSize": 13,
        "text": {"expr": text},
        "fontWeight": {"expr": "datum.declared ? 700 : 400"},
    }
    halo = chart.mark_text(**words, stroke="var(--surface)", strokeWidth=5, color="var(--surface)")
    return [halo.encode(x=x, y=y), chart.mark_text(**words, color="var(--ink)").encode(x=x, y=y)]
