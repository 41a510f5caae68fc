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
from dangol.insight.relationship.core.names import CONTRIBUTION, HEARD, MONTHS, NEED_SHARE
from dangol.insight.relationship.core.queries import last_core
from dangol.insight.relationship.core.settings import CoreSettings
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
    rules = words.rules(CoreSettings.kept(run.parameters))
    held = [f"{name}: {rules[code]}." for code, name in words.CRITERIA.items() if code in kept and kept[code].text]
    return [
        Explained(
            decision=NAME, subject=f"run:{run.pk}", at=run.finished_at or run.as_of, title=_("Core customer"),
            result=" ".join(held) or _("You meet none of the criteria."),
            data=(_("When you bought and for how much"), _("Points, gifts and fees"),
                  _("Whether you wrote us a review, an opinion or a suggestion"),
                  _("What you said that you spend on a category")),
            influence=tuple(_told(kept)), rule=answered_by(run),
        )
    ]  # fmt: skip


def _told(kept: dict[str, Score]) -> Iterator[str]:
    for name, called in (
        (CONTRIBUTION, _("Contribution of the last year (margin assumed): %(value)s")),
        (MONTHS, _("Months with a purchase, of the last twelve: %(value)s")),
        (NEED_SHARE, _("Part of the needs you stated that you cover with us: %(value)s")),
        (HEARD, _("Times heard in the last year: %(value)s")),
    ):
        value = kept[name].value if name in kept else None
        if value is not None:
            written = f"{value:,.0f}"
            if name == NEED_SHARE:
                written = f"{100 * value:.0f}%"
            if name == CONTRIBUTION:
                written = money.written(value, django_settings.DANGOL.currency, language=speaks())
            yield called % {"value": written}
