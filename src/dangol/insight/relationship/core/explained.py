"""Whether somebody is a core customer, told so that it can be contested."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.conf import settings as django_settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.insight.analysis.answered import answered_by
from dangol.insight.analysis.queries import scores_of
from dangol.insight.relationship.core import words
from dangol.insight.relationship.core.names import CONTRIBUTION, FREQUENT, HEARD, MONTHS, NEED_SHARE
from dangol.insight.relationship.core.queries import last_core
from dangol.insight.relationship.core.settings import CoreSettings
from dangol.insight.relationship.counted_in import is_by_use
from dangol.lib import money
from dangol.lib.languages import speaks
from dangol.records.rights.explaining import Explained, Explainer

if TYPE_CHECKING:
    from dangol.insight.analysis.models import Score

NAME = "core_customer"
CRITERIA = gettext_lazy(
    "A program looks which customers carry the business: by what they bring in, by how steadily they buy, and by what"
    " they tell others or us. Each criterion stands for itself and its rule is the same for everybody. We use it to"
    " thank and to listen; nothing is denied to anybody by it."
)


def explainer() -> Explainer:
    """How core customers are told, for the registry."""
    return Explainer(NAME, gettext_lazy("Core customer"), CRITERIA, core_explained)


def core_explained(customer_id: int) -> list[Explained]:
    """What the newest run says; nothing for whom it has nothing to say."""
    run = last_core()
    kept = scores_of(customer_id, run) if run else {}
    if run is None or not kept:
        return []
    by_use = is_by_use(run)
    rules = words.rules(CoreSettings.kept(run.parameters), by_use=by_use)
    criteria = words.CRITERIA_OF_USE if by_use else words.CRITERIA
    held = [f"{name}: {rules[code]}." for code, name in criteria.items() if code in kept and kept[code].text]
    return [
        Explained(
            decision=NAME, subject=f"run:{run.pk}", at=run.finished_at or run.as_of, title=_("Core customer"),
            result=" ".join(held) or _("You meet none of the criteria."),
            data=(*_data(by_use=by_use), _("Whether you wrote us a review, an opinion or a suggestion"),
                  _("What you said that you spend on a category")),
            influence=tuple(_told(kept, by_use=by_use)), rule=answered_by(run),
        )
    ]  # fmt: skip


def _data(*, by_use: bool) -> tuple[str, ...]:
    if by_use:
        return (_("Loans (the day and the class, not which title), visits and questions"),)
    return _("When you bought and for how much"), _("Points, gifts and fees")


def _told(kept: dict[str, Score], *, by_use: bool) -> Iterator[str]:
    brought = _("Contribution of the last year (margin assumed): %(value)s")
    months = _("Months with a purchase, of the last twelve: %(value)s")
    for name, called in (
        (CONTRIBUTION, _("Uses in the last year: %(value)s") if by_use else brought),
        (MONTHS, _("Months with a use, of the last twelve: %(value)s") if by_use else months),
        (FREQUENT, _("Days of use in the last year, as a frequent user: %(value)s")),
        (NEED_SHARE, _("Part of the needs you stated that you cover with us: %(value)s")),
        (HEARD, _("Times heard in the last year: %(value)s")),
    ):
        value = kept[name].value if name in kept else None
        if value is not None:
            written = f"{value:,.0f}"
            if name == NEED_SHARE:
                written = f"{100 * value:.0f}%"
            if name == CONTRIBUTION and not by_use:
                written = money.written(value, django_settings.DANGOL.currency, language=speaks())
            yield called % {"value": written}
