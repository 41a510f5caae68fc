"""How long one contract goes on, told so that it can be contested: with which chance, from which data, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.insight.analysis.answered import answered_by
from dangol.insight.analysis.contracts.names import KIND, STAYS
from dangol.insight.analysis.models import Provenance
from dangol.insight.analysis.queries import latest_run, scores_of
from dangol.records.rights.explaining import Explained, Explainer

if TYPE_CHECKING:
    from dangol.insight.analysis.models import Score

NAME = "contract_goes_on"
CRITERIA = gettext_lazy(
    "A program learns from contracts that ran and ended how likely a contract is to go on, and is tested on months that"
    " it has not seen. It looks at the contract and at what you did, never at your age, sex or district. We think first"
    " of those who may end their contract, and may write to them; nothing is denied to anybody by it."
)


def explainer() -> Explainer:
    """How the chances are reckoned, for the registry."""
    return Explainer(NAME, gettext_lazy("How long a contract goes on"), CRITERIA, contract_explained)


def contract_explained(customer_id: int) -> list[Explained]:
    """The chances by the newest answer; nothing for whom no contract ran."""
    run = latest_run(KIND)
    kept = scores_of(customer_id, run) if run else {}
    if run is None or any(name not in kept for name in STAYS.values()):
        return []
    return [
        Explained(
            decision=NAME, subject=f"run:{run.pk}", at=run.finished_at or run.as_of,
            title=_("How long a contract goes on"), result=_result(kept), data=_data(), influence=_influence(),
            rule=answered_by(run),
        )
    ]  # fmt: skip


def _result(kept: dict[str, Score]) -> str:
    if kept[STAYS[1]].provenance == Provenance.MEASURED:
        return _("The day on which your contract ends is on record, so nothing is estimated.")
    chances = {f"in_{months}": round(100 * (kept[name].value or 0)) for months, name in STAYS.items()}
    return (
        _(
            "Of 100 contracts like yours about %(in_1)s go on for 1 month, %(in_3)s for 3 months and %(in_12)s for 12"
            " months. This is an estimate."
        )
        % chances
    )


def _data() -> tuple[str, ...]:
    return (
        _("How long your contract has run, its plan, price and line of business"),
        _("Pauses and changes of price so far"),
        _("Purchases, complaints, late deliveries and contacts of the last 90 days"),
    )


def _influence() -> tuple[str, ...]:
    return (
        _("Your contract is set beside contracts that had run as long and of which the same is known."),
        _("How each of these moves the chance was learned from all contracts and is the same for everybody."),
    )
