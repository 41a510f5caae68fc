"""The purchases expected of one customer, told so that they can be contested: how many, from which data, and why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.insight.analysis.answered import answered_by
from dangol.insight.analysis.queries import latest_run, scores_of
from dangol.insight.analysis.rhythm.names import KIND, SCORE
from dangol.records.rights.explaining import Explained, Explainer

if TYPE_CHECKING:
    from dangol.insight.analysis.models import Run

NAME = "expected_purchases"
CRITERIA = gettext_lazy(
    "A program learns from the days on which all customers bought how often each will buy in the weeks to come. Several"
    " ways of reckoning are tried on weeks held back, and the one that came closest is taken. It knows nothing of you"
    " but the days on which you bought. We use it to plan what to stock; nothing is denied to anybody by it."
)


def explainer() -> Explainer:
    """How purchases are foreseen, for the registry."""
    return Explainer(NAME, gettext_lazy("Expected purchases"), CRITERIA, purchases_explained)


def purchases_explained(customer_id: int) -> list[Explained]:
    """What the newest answer expects; nothing for whom it expects nothing in particular."""
    run = latest_run(KIND)
    kept = scores_of(customer_id, run).get(SCORE) if run else None
    if run is None or kept is None or kept.value is None:
        return []
    weeks = int(run.parameters["weeks"])
    result = ngettext(
        "About %(number)s purchases are expected of you in the %(weeks)s week after %(day)s. This is an estimate.",
        "About %(number)s purchases are expected of you in the %(weeks)s weeks after %(day)s. This is an estimate.",
        weeks,
    ) % {"number": f"{kept.value:.1f}", "weeks": weeks, "day": _until(run)}
    return [
        Explained(
            decision=NAME, subject=f"run:{run.pk}", at=run.finished_at or run.as_of, title=_("Expected purchases"),
            result=result, data=(_("The days on which you bought"),), influence=_influence(), rule=answered_by(run),
        )
    ]  # fmt: skip


def _influence() -> tuple[str, ...]:
    return (
        _("How often you bought: the more often, the more purchases are expected."),
        _("How long ago you last bought: the longer beyond your usual gap, the fewer are expected."),
        _("How all customers keep to their habits and leave, which is the same for everybody."),
    )


def _until(run: Run) -> str:
    return date_format(date.fromisoformat(run.parameters["until"]), "DATE_FORMAT")
