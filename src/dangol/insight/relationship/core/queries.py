"""What was found when core customers were looked for last."""

from __future__ import annotations

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.insight.relationship.core.names import KIND
from dangol.insight.relationship.core.settings import CoreSettings


def last_core() -> Run | None:
    """The newest finished run, or None where nobody has asked."""
    return latest_run(KIND)


def settings_in_use() -> CoreSettings:
    """What was asked for last; the usual settings before that."""
    run = last_core()
    return CoreSettings.kept(run.parameters) if run else CoreSettings()
