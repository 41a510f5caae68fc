"""What surveys said when they were last looked at."""

from __future__ import annotations

from datetime import date

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.satisfaction.indices import KcsiWeights
from dangol.insight.analysis.surveys.actions import KIND


def last_look() -> Run | None:
    """The run of the last look; its `summary` is what `look_at_surveys` told."""
    return latest_run(KIND)


def last_weights() -> tuple[KcsiWeights, ...]:
    """The dated weights that the last look was given."""
    run = last_look()
    told = run.parameters.get("weights", []) if run else []
    return tuple(KcsiWeights(date.fromisoformat(since), *parts) for since, *parts in told)


def last_roles() -> dict[str, str]:
    """What the business last said that items ask."""
    run = last_look()
    return dict(run.parameters.get("roles", {})) if run else {}
