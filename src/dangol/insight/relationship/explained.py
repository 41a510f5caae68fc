"""The region of one customer as a decision that can be contested: what came out, from which data, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.records.rights.explaining import Explained, Explainer

if TYPE_CHECKING:
    from dangol.insight.analysis.models import Run
    from dangol.insight.relationship.card import Card, Part

NAME = "region"
CRITERIA = gettext_lazy(
    "A program compares what the relationship gives you with what it gives us, each as a rank among all active"
    " customers. Where they differ by more than the tolerance you stand in region I (we could offer you more) or II (we"
    " owe you more care), else in III (in balance). Offers are chosen by region; nothing is denied to anybody by it."
)


def region_explained(customer_id: int) -> list[Explained]:
    """The decision of the newest valuation; nothing for who was not valued."""
    # The rooms that value people load slowly, and every command passes through the registry.
    from dangol.insight.relationship.card import card
    from dangol.insight.relationship.queries import current_run

    run = current_run()
    if run is None or "tolerance" not in run.parameters:
        return []
    found = card(customer_id, run)
    if not found.is_known and found.customer_equity.value is None:
        return []
    return [
        Explained(
            decision=NAME, subject=f"run:{run.pk}", at=run.finished_at or run.as_of, title=_("Region"),
            result=_result(found), data=_data(run), influence=tuple(filter(None, map(_told, _parts(found)))),
            rule=_rule(run),
        )
    ]  # fmt: skip


def explainer() -> Explainer:
    """How the region is decided, for the registry."""
    return Explainer(NAME, gettext_lazy("Region"), CRITERIA, region_explained)


def _result(found: Card) -> str:
    if not found.is_known:
        return _("Not known: too little is on record to compare both sides.")
    told = _("Region %(region)s: value to you %(theirs)s, value to us %(ours)s of 100 points; tolerance %(tolerance)s.")
    return told % {
        "region": found.region, "theirs": _points(found.customer_value), "ours": _points(found.customer_equity),
        "tolerance": f"{found.tolerance:g}",
    }  # fmt: skip


def _data(run: Run) -> tuple[str, ...]:
    from dangol.insight.relationship.counted_in import is_by_use

    if is_by_use(run):
        return (
            _("Loans (the day and the class, not which title), visits and questions"),
            _("Contacts and the time they took you"), _("Answers to surveys, where you gave any"),
        )  # fmt: skip
    return (
        _("Purchases, returns and discounts"), _("Points, gifts and fees"), _("Contacts and the time they took you"),
        _("Answers to surveys, where you gave any"),
    )  # fmt: skip


def _parts(found: Card) -> tuple[Part, ...]:
    return (*found.customer_parts, found.customer_value, *found.company_parts, found.customer_equity)


def _told(part: Part) -> str:
    if part.value is None:
        return _("%(part)s: not known. %(told)s") % {"part": part.label, "told": part.told}
    if part.rank is not None:
        return _("%(part)s: rank %(rank)s of 100 (%(how)s). %(told)s") % {
            "part": part.label, "rank": f"{part.rank:.0f}", "how": part.provenance_label, "told": part.told,
        }  # fmt: skip
    return f"{part.label} ({part.provenance_label}). {part.told}"


def _points(part: Part) -> str:
    return "–" if part.value is None else f"{part.value:.0f}"


def _rule(run: Run) -> str:
    return _("Valuation no. %(run)s as of %(day)s, warehouse %(lake)s, horizon %(months)s months") % {
        "run": run.pk, "day": run.as_of.date().isoformat(), "lake": run.lake_version or "–",
        "months": run.parameters.get("horizon_months", "–"),
    }  # fmt: skip
