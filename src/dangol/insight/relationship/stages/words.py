"""Why somebody stands where they stand, in a sentence."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.insight.relationship.stages.models import Reason, Step


def why(step: Step) -> str:
    """The reason with its facts."""
    facts = {"n": step.purchases, "days": step.days, "usual": step.measure, "percent": step.measure}
    match Reason(step.reason):
        case Reason.REGISTERED:
            return _("Came on record; nothing bought yet.")
        case Reason.FIRST:
            return _("Bought for the first time.")
        case Reason.SEVERAL:
            return _several(step)
        case Reason.STEADY:
            return _("%(n)s purchases in %(days)s days without being lost, one about every %(usual)s days.") % facts
        case Reason.SILENT if step.purchases == 1:
            return _("Bought once and was silent for %(days)s days.") % facts
        case Reason.SILENT:
            return _("Silent for %(days)s days; until then they bought about every %(usual)s days.") % facts
        case Reason.BACK:
            return _("Bought again after %(days)s days.") % facts
        case Reason.AGAIN:
            return _("Bought a second time.")
        case Reason.MORE:
            return _("Spends %(percent)s%% more than in as many days before.") % facts
        case Reason.NO_MORE:
            return _("No longer spends more than before.")
        case Reason.AWAKE:
            return _("Bought again after %(days)s quiet days.") % facts


def _several(step: Step) -> str:
    facts = {"n": step.purchases, "categories": step.measure, "days": step.days}
    if not step.measure:
        return _("%(n)s purchases in %(days)s days; goods have no categories here.") % facts
    return ngettext(
        "%(n)s purchases over %(categories)s category in %(days)s days.",
        "%(n)s purchases over %(categories)s categories in %(days)s days.",
        step.measure,
    ) % facts  # fmt: skip
