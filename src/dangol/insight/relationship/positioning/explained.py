"""What is recommended for one customer, told so that it can be contested: what, from which data, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.insight.analysis.answered import answered_by
from dangol.insight.analysis.queries import latest_run, scores_of
from dangol.insight.relationship.positioning.column import ASKED
from dangol.insight.relationship.positioning.names import ASK, KIND, PROGRAMME
from dangol.lib import money
from dangol.lib.languages import speaks
from dangol.records.rights.explaining import Explained, Explainer

if TYPE_CHECKING:
    from dangol.insight.analysis.models import Run, Score

NAME = "programme"
CRITERIA = gettext_lazy(
    "A program looks where the relationship gives one side more than the other and what might set that right: an offer"
    " or more care. From what each would cost and bring both sides it proposes what to do for whom within a budget."
    " Nothing that would be expected to cost you more than it gives you is proposed; a person decides."
)


def explainer() -> Explainer:
    """How proposals come about, for the registry."""
    return Explainer(NAME, gettext_lazy("What we might do for you"), CRITERIA, programme_explained)


def programme_explained(customer_id: int) -> list[Explained]:
    """The proposal of the newest portfolio; nothing for whom none was made."""
    run = latest_run(KIND)
    kept = scores_of(customer_id, run).get(PROGRAMME) if run else None
    if run is None or kept is None:
        return []
    return [
        Explained(
            decision=NAME, subject=f"run:{run.pk}", at=run.finished_at or run.as_of,
            title=_("What we might do for you"), result=_result(run, kept),
            data=(_("Your place on the map: what the relationship gives you and us"),),
            influence=tuple(_influence(kept)), rule=answered_by(run),
        )
    ]  # fmt: skip


def _result(run: Run, kept: Score) -> str:
    if kept.text == ASK:
        return str(ASKED)
    name = "name_ko" if speaks() == "ko" else "name_en"
    return next((one[name] for one in run.summary["programmes"] if one["code"] == kept.text), kept.text)


def _influence(kept: Score) -> list[str]:
    if kept.value is None:
        return [_("Too little is on record to compare both sides.")]
    written = money.about(kept.value, settings.DANGOL.currency, language=speaks())
    return [_("Expected for both sides together in a year, less what it costs: %(money)s.") % {"money": written}]
