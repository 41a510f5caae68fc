"""What was foreseen, of purchases or of who comes back, and does not come to pass."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dangol.insight.analysis.leaving import queries as leaving
from dangol.insight.analysis.leaving.names import CHECK as LEAVING
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.rhythm import queries as rhythm
from dangol.insight.analysis.rhythm.names import CHECK as RHYTHM
from dangol.insight.analysis.rhythm.queries import Foreseen
from dangol.web.insight.leaving.words import became_of
from dangol.web.insight.rhythm.words import since_then
from dangol.web.today.tasks import Task


def foreseen(checks: Mapping[str, Run]) -> Iterator[Task]:
    """The newest look back says that times changed, and nobody asked since. For those who see values of everybody."""
    purchases = Foreseen(**checks[RHYTHM].summary) if RHYTHM in checks else None
    returns = checks[LEAVING].summary if LEAVING in checks else None
    if purchases and purchases.drifts and not rhythm.asked_again(purchases):
        yield _purchases(purchases)
    if returns and (returns["off"] or returns["worthless"]) and not leaving.asked_again(returns):
        yield _returns(returns)


def _purchases(check: Foreseen) -> Task:
    title = _("Customers buy less than was foreseen") if check.share < 0 else _("Customers buy more than was foreseen")
    return Task(title, since_then(check)["sentence"], _("Ask again"), reverse("insight_rhythm"), icon="warn")


def _returns(check: dict[str, Any]) -> Task:
    if not check["off"]:
        title = _("Who comes back is not who was foretold")
    elif check["share"] < check["said"]:
        title = _("Fewer customers came back than was foretold")
    else:
        title = _("More customers came back than was foretold")
    return Task(title, became_of(check), _("Foretell again"), reverse("insight_leaving"), icon="warn")
