"""The column of lists that the last run gives: how likely somebody is to buy again."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.insight.analysis.leaving.names import CHANCE, KIND
from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.queries import latest_run
from dangol.records.customers import columns
from dangol.records.customers.columns import Asked, Column, Kind, Rows
from dangol.records.staff.roles import May


def register() -> None:
    """Take it into what lists can show."""
    columns.register(
        Column(CHANCE, _("Likely to buy again"), Kind.SHARE, _rows, "value", "customer", may=(May.SEE_VALUES,),
               version=_version, item="score")
    )  # fmt: skip


def _run(asked: Asked) -> Run | None:
    found: Run | None = asked.once("run of leaving", lambda: latest_run(KIND))
    return found


def _version(asked: Asked) -> Any:
    run = _run(asked)
    return run.pk if run else None


def _rows(asked: Asked) -> Rows:
    run = _run(asked)
    # Not none(): this becomes SQL of its own, which says nobody where nothing was foretold.
    return Score.objects.filter(run=run.pk if run else 0, name=CHANCE)
