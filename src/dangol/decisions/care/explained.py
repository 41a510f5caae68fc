"""Being chosen for care in person, or held out of it, as a decision that can be contested."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.decisions.care.models import CarePlan
from dangol.decisions.care.queries import drawn_for
from dangol.records.ledger.models import Assignment
from dangol.records.rights.explaining import Explained, Explainer

NAME = "care"
CRITERIA = gettext_lazy(
    "Care in person goes first to those for whom a program expects that it brings both sides most. Of these most get"
    " it, some are held out by lot so that its effect can be measured. The lot knows nothing about you."
)


def explainer() -> Explainer:
    """How it comes about, for the registry."""
    return Explainer(NAME, gettext_lazy("Selection for care in person"), CRITERIA, care_explained)


def care_explained(customer_id: int) -> list[Explained]:
    """Every plan the customer was drawn for, the newest first."""
    return [_one(plan, drawn) for plan, drawn in drawn_for(customer_id)]


def _one(plan: CarePlan, drawn: Assignment) -> Explained:
    held = drawn.arm == Assignment.Arm.HELD_OUT
    return Explained(
        decision=NAME, subject=plan.source_ref, at=drawn.at, title=_("Care “%(name)s”") % {"name": plan.name},
        result=_("Held out to measure the effect.") if held else str(plan.get_kind_display()),
        data=(_("Your place on the map: what the relationship gives you and us"),),
        influence=(
            _("It was recommended to you, and expected to bring more than it costs."),
            _("Of those it is for, %(share)s of 100 are held out by lot.") % {"share": f"{100 * plan.holdout_share:g}"},
        ),
        rule=_("Planned on %(day)s") % {"day": plan.planned_at.date().isoformat()},
    )  # fmt: skip
