"""Why somebody stands where they stand, in a sentence."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.insight.relationship.stages.models import Reason, Step

# What is said otherwise where nothing is sold: a purchase is a day with a use.
OF_USES: dict[Reason, str | Promise] = {
    Reason.REGISTERED: gettext_lazy("Came on record; nothing used yet."),
    Reason.FIRST: gettext_lazy("Used us for the first time."),
    Reason.SEVERAL: gettext_lazy("%(n)s days of use in %(days)s days; classes borrowed from: %(categories)s."),
    Reason.STEADY: gettext_lazy(
        "%(n)s days of use in %(days)s days without being lost, one about every %(usual)s days."
    ),
    Reason.SILENT: gettext_lazy("Silent for %(days)s days; until then they came about every %(usual)s days."),
    Reason.BACK: gettext_lazy("Came again after %(days)s days."),
    Reason.AGAIN: gettext_lazy("Came a second time."),
    Reason.MORE: gettext_lazy("Uses us %(percent)s%% more than in as many days before."),
    Reason.NO_MORE: gettext_lazy("No longer uses us more than before."),
    Reason.AWAKE: gettext_lazy("Came again after %(days)s quiet days."),
}


def why(step: Step, *, by_use: bool = False) -> str:
    """The reason with its facts; by_use: of a business that sells nothing."""
    if by_use:
        return _of_uses(step)
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


def _of_uses(step: Step) -> str:
    facts = {
        "n": step.purchases, "days": step.days, "usual": step.measure, "percent": step.measure,
        "categories": step.measure,
    }  # fmt: skip
    if Reason(step.reason) is Reason.SILENT and step.purchases == 1:
        return _("Used us once and was silent for %(days)s days.") % facts
    if Reason(step.reason) is Reason.SEVERAL and not step.measure:
        return _("%(n)s days of use in %(days)s days; no classes are on record.") % facts
    return str(OF_USES[Reason(step.reason)]) % facts


def _several(step: Step) -> str:
    facts = {"n": step.purchases, "categories": step.measure, "days": step.days}
    if not step.measure:
        return _("%(n)s purchases in %(days)s days; goods have no categories here.") % facts
    return ngettext(
        "%(n)s purchases over %(categories)s category in %(days)s days.",
        "%(n)s purchases over %(categories)s categories in %(days)s days.",
        step.measure,
    ) % facts  # fmt: skip
