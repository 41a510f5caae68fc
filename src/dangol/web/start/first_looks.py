"""The first looks of a demo: what its pages would first have to be asked for, so that they have something to show.

Core customers, where everybody stood at the end of the last months, whether values came true, and what to do for whom
within a budget. Each look asks first whether it was had, so that a demo that was killed goes on where it stopped.
"""

from __future__ import annotations

from typing import Any

from dangol.insight.analysis.queries import latest_run
from dangol.insight.relationship.back_test.actions import back_test
from dangol.insight.relationship.back_test.names import KIND as BACK_TEST
from dangol.insight.relationship.core import actions as core
from dangol.insight.relationship.core.names import KIND as CORE
from dangol.insight.relationship.core.settings import CoreSettings
from dangol.insight.relationship.movement import actions as movement
from dangol.insight.relationship.positioning.names import KIND as POSITIONING
from dangol.insight.relationship.queries import current_run
from dangol.web import clock
from dangol.web.start.choosing import choose
from dangol.web.start.plans import PLANS
from dangol.web.start.rounds import Hands, value_settings

MONTHS = 2


def look_around(scenario: str, *, hands: Hands) -> None:
    """Have the first looks at a demo that went round, as of its clock."""
    at, assumed = clock.as_of(), value_settings()
    asked: dict[str, Any] = {"as_of": at, "at": at, "by": hands.by, "progress": hands.progress}
    if latest_run(CORE) is None:
        core.find_core(settings=CoreSettings(), margin_rate=assumed.margin_rate, **asked)
    movement.work_out_months(most=MONTHS, **asked)
    if latest_run(BACK_TEST) is None:
        back_test(settings=assumed, weeks=None, **asked)
    valued = current_run()
    if valued is not None and latest_run(POSITIONING) is None:
        choose(valued, budget=PLANS[scenario].budget, at=at, by=hands.by, progress=hands.progress)
