"""What kind of customer somebody is, told so that it can be contested: RFM scores, and what their habits tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.insight.analysis.answered import answered_by
from dangol.insight.analysis.groups import words
from dangol.insight.analysis.groups.names import CELL, GROUPS_KIND, NO_PURCHASE, RFM_KIND
from dangol.insight.analysis.queries import latest_run, scores_of
from dangol.lib import money
from dangol.lib.languages import speaks
from dangol.records.rights.explaining import Explained, Explainer

if TYPE_CHECKING:
    from dangol.insight.analysis.models import Run, Score

NAME = "kind_of_customer"
CRITERIA = gettext_lazy(
    "A program scores how lately, how often and for how much you bought, by your place among all customers, and looks"
    " which customers have like habits: who is best, leaving or stopped, who comes for discounts or for the shop."
    " The rules are the same for everybody. We use it to speak to each kind as it is; nothing is"
    " denied to anybody by it."
)
MEASURES = {  # score: what it scores, and how the warehouse calls that
    "recency": (gettext_lazy("How lately you bought"), "days_since_last"),
    "frequency": (gettext_lazy("How often you bought"), "purchase_count"),
    "monetary": (gettext_lazy("For how much you bought"), "net_revenue"),
}


def explainer() -> Explainer:
    """How kinds of customers are told, for the registry."""
    return Explainer(NAME, gettext_lazy("Kind of customer"), CRITERIA, kind_explained)


def kind_explained(customer_id: int) -> list[Explained]:
    """The RFM scores and the kind, by the newest run of each; nothing for whom they did not look at."""
    found = []
    for kind, title, told in ((RFM_KIND, _("RFM scores"), _scored), (GROUPS_KIND, _("Kind of customer"), _kinds)):
        run = latest_run(kind)
        kept = scores_of(customer_id, run) if run else {}
        if run is None or not kept:
            continue
        result, influence = told(run, kept)
        found.append(
            Explained(
                decision=NAME, subject=f"run:{run.pk}", at=run.finished_at or run.as_of, title=title, result=result,
                data=tuple(_data(kind)), influence=tuple(influence), rule=answered_by(run),
            )
        )  # fmt: skip
    return found


def _data(kind: str) -> Iterator[str]:
    yield _("When you bought and for how much")
    if kind == GROUPS_KIND:
        yield _("Discounts")


def _scored(run: Run, kept: dict[str, Score]) -> tuple[str, list[str]]:
    if CELL in kept and kept[CELL].text == NO_PURCHASE:
        return _("You never bought anything, so nothing is scored."), []
    bins = run.parameters["bins"]
    lines = []
    for name, (label, measure) in MEASURES.items():
        if name in kept and kept[name].value is not None:
            score = int(kept[name].value or 0)
            told = _("%(what)s: %(score)s of %(most)s") % {"what": label, "score": score, "most": bins}
            lines.append((told, _stretch(run.summary["cuts"], measure, score)))
    result = "; ".join(told for told, _why in lines) + ". " + _("%(most)s is the highest.") % {"most": bins}
    return result, [f"{told}. {why}".strip() for told, why in lines]


def _stretch(cuts: list[dict[str, Any]], measure: str, score: int) -> str:
    """Between which values a score is given; of the lowest and the highest one end alone, for the other is somebody."""
    mine = [one for one in cuts if one["measure"] == measure]
    cut = next((one for one in mine if one["score"] == score), None)
    if cut is None or len(mine) == 1:
        return ""
    ends = {end: _told(measure, cut[end]) for end in ("low", "high")}
    if cut["low"] == min(one["low"] for one in mine):
        return _up_to(measure) % ends
    return (_from(measure) if cut["high"] == max(one["high"] for one in mine) else _between(measure)) % ends


def _up_to(measure: str) -> str:
    return {
        "days_since_last": _("This score is given up to this many days since the last purchase: %(high)s."),
        "purchase_count": _("This score is given up to this many purchases: %(high)s."),
        "net_revenue": _("This score is given for spending up to %(high)s."),
    }[measure]


def _between(measure: str) -> str:
    return {
        "days_since_last": _("This score is for those who last bought %(low)s to %(high)s days ago."),
        "purchase_count": _("This score is for those who bought %(low)s to %(high)s times."),
        "net_revenue": _("This score is for those who bought for %(low)s to %(high)s."),
    }[measure]


def _from(measure: str) -> str:
    return {
        "days_since_last": _("This score is given from this many days since the last purchase on: %(low)s."),
        "purchase_count": _("This score is given from this many purchases on: %(low)s."),
        "net_revenue": _("This score is given for spending from %(low)s on."),
    }[measure]


def _told(measure: str, value: float) -> str:
    if measure == "net_revenue":
        return money.written(value, settings.DANGOL.currency, language=speaks())
    return f"{value:,.0f}"


def _kinds(_run: Run, kept: dict[str, Score]) -> tuple[str, list[str]]:
    told = list(_held(kept))
    if not told:
        return _("No kind that we tell apart fits you."), []
    return "; ".join(name for name, _rule in told), [f"{name}: {rule}." for name, rule in told if rule]


def _held(kept: dict[str, Score]) -> Iterator[tuple[str, str]]:
    """Everything that is said of the customer, with its rule."""
    named = {**words.STANDINGS, **words.SENSITIVITIES}
    for score in ("standing", "sensitive"):
        code = kept[score].text if score in kept else ""
        if code in named:
            yield str(named[code]), str(words.RULES.get(code, ""))
    if _says(kept, "group"):
        yield words.group_name(kept["group"].text), _("customers of like habits, found by how and when they bought")
    if _says(kept, words.LONG_STANDING):
        yield _("Long-standing"), str(words.RULES[words.LONG_STANDING])


def _says(kept: dict[str, Score], name: str) -> bool:
    return name in kept and bool(kept[name].text)
