"""The columns of lists that the courses give: where somebody stands, since when, and where a month ago."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.insight.analysis.score_columns import run_of
from dangol.insight.relationship.stages.models import OF_TRACK, Step, Track
from dangol.insight.relationship.stages.names import CYCLE_FIELD, ITEM, KIND, STAGE_FIELD
from dangol.insight.relationship.stages.queries import month_before
from dangol.records.customers import columns
from dangol.records.customers.columns import Asked, Column, Kind, Rows
from dangol.records.staff.roles import May


def register() -> None:
    """Take them into what lists can show."""
    columns.register(
        _state(STAGE_FIELD, _("Stage of the relationship"), Track.STAGE, _now),
        _since("stage_since", _("In this stage since"), Track.STAGE),
        _state("stage_then", _("Stage 30 days before"), Track.STAGE, _then),
        _state(CYCLE_FIELD, _("Life cycle"), Track.CYCLE, _now),
        _since("cycle_since", _("In the life cycle there since"), Track.CYCLE),
        _state("cycle_then", _("Life cycle 30 days before"), Track.CYCLE, _then),
    )


def _state(name: str, label: Promise, track: Track, rows: Callable[[Track, Asked], Rows]) -> Column:
    return Column(
        name, label, Kind.CHOICE, lambda asked: rows(track, asked), "state", "customer", may=(May.SEE_VALUES,),
        words=lambda: _words(track), sorts=False, version=_version, item=ITEM,
    )  # fmt: skip


def _since(name: str, label: Promise, track: Track) -> Column:
    return Column(
        name, label, Kind.DAY, lambda asked: _now(track, asked), "since", "customer", may=(May.SEE_VALUES,),
        dated=True, version=_version, item=ITEM,
    )  # fmt: skip


def _words(track: Track) -> Mapping[str, str | Promise]:
    return {state.value: state.label for state in OF_TRACK[track]}


def _now(track: Track, _asked: Asked) -> Rows:
    return Step.objects.filter(track=track, until=None)


def _then(track: Track, asked: Asked) -> Rows:
    run = run_of(KIND, asked)
    if run is None:
        return Step.objects.filter(pk=0)
    day = month_before(run)
    return Step.objects.filter(Q(until=None) | Q(until__gt=day), track=track, since__lte=day)


def _version(asked: Asked) -> int | None:
    run = run_of(KIND, asked)
    return run.pk if run else None
