"""The chance of one customer to buy again, told so that it can be contested: how great, from which data, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.insight.analysis.leaving.names import AT_STAKE, CHANCE, KIND, REASONS, fact_name, reason_name
from dangol.insight.analysis.queries import latest_run, scores_of
from dangol.lib import money
from dangol.lib.languages import speaks
from dangol.records.rights.explaining import Explained, Explainer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dangol.insight.analysis.models import Run, Score

NAME = "chance_of_return"
CRITERIA = gettext_lazy(
    "A program learns from what customers did up to a day, and from who of them then bought again, what tells the two"
    " apart, and is tested on a later time that it has not seen. For whoever bought in the time it looks back at, a"
    " year at most, it reckons a chance to buy again. It looks at what you did, never at your age, sex or district. We"
    " think first of those who may stay away, and may write to them; nothing is denied to anybody by it."
)
DATA = {  # rows of the warehouse: what they are to a person
    "purchases": gettext_lazy("When you bought and for how much"),
    "lines": gettext_lazy("What you bought, returns and discounts"),
    "points": gettext_lazy("Points you received and used"),
    "interactions": gettext_lazy("Contacts between you and us"),
    "answers": gettext_lazy("Answers to surveys, where you gave any"),
    "assignments": gettext_lazy("Campaigns you were chosen for"),
}


def explainer() -> Explainer:
    """How the chance is reckoned, for the registry."""
    return Explainer(NAME, gettext_lazy("Chance to buy again"), CRITERIA, chance_explained)


def chance_explained(customer_id: int) -> list[Explained]:
    """The chance by the newest forecast; nothing for whom it did not look at."""
    run = latest_run(KIND)
    kept = scores_of(customer_id, run) if run else {}
    if run is None or CHANCE not in kept:
        return []
    return [
        Explained(
            decision=NAME, subject=f"run:{run.pk}", at=run.finished_at or run.as_of, title=_("Chance to buy again"),
            result=_result(run, kept), data=tuple(_data(run)), influence=tuple(_influence(kept)), rule=_rule(run),
        )
    ]  # fmt: skip


def _result(run: Run, kept: dict[str, Score]) -> str:
    told = _("You buy again within %(days)s days with a chance of %(chance)s in 100. This is an estimate.") % {
        "days": run.parameters["days"], "chance": round(100 * (kept[CHANCE].value or 0)),
    }  # fmt: skip
    stake = kept.get(AT_STAKE)
    if stake is None or stake.value is None:
        return told
    amount = money.about(stake.value, settings.DANGOL.currency, language=speaks())
    spent = _("What you usually spend in such a time, times the chance that you do not: %(amount)s.")
    return f"{told} {spent % {'amount': amount}}"


def _data(run: Run) -> Iterator[str]:
    """The kinds of rows that are looked at, but for those of which nothing was used."""
    # slow to load, and every command passes through the registry
    from dangol.insight.warehouse.features import FEATURES

    used = {one.source for name, one in FEATURES.items() if name not in run.summary.get("left_out", ())}
    yield from (str(told) for source, told in DATA.items() if source in used)


def _influence(kept: dict[str, Score]) -> Iterator[str]:
    from dangol.insight.analysis.leaving.amounts import amount, label

    moved = False
    for place in range(1, REASONS + 1):
        why, fact = kept.get(reason_name(place)), kept.get(fact_name(place))
        if why is None or fact is None or why.value is None or fact.value is None:
            continue
        moved = True
        names = {
            "what": label(why.text), "amount": amount(why.text, fact.value), "points": abs(round(100 * why.value)),
        }  # fmt: skip
        if why.value < 0:
            yield _("%(what)s: %(amount)s. This lowers the chance by %(points)s in 100.") % names
        else:
            yield _("%(what)s: %(amount)s. This raises the chance by %(points)s in 100.") % names
    if moved:
        yield _("Each is set against a customer in the middle, alone; they are no causes and do not add up.")
    else:
        yield _("In nothing that moves the chance do you differ much from a customer in the middle.")


def _rule(run: Run) -> str:
    from dangol.insight.analysis.who_counts import shops_day

    return _("Forecast no. %(run)s as of %(day)s, warehouse %(lake)s, learned from customers as of %(learned)s") % {
        "run": run.pk, "day": shops_day(run.as_of).isoformat(), "lake": run.lake_version or "–",
        "learned": run.summary["learned"]["day"],
    }  # fmt: skip
