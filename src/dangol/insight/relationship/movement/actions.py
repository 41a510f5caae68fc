"""Take the snapshot of a month, work out those of past months, and count what moved between them.

A month is written whole or not at all, and a movement, too; whatever is there is not made again. So a work that was
killed goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import finished_runs, latest_run
from dangol.insight.analysis.rhythm import names as rhythm_names
from dangol.insight.analysis.rhythm.queries import rhythm_of
from dangol.insight.analysis.who_counts import shops_day
from dangol.insight.relationship.counted_in import MONEY, USES, is_by_use
from dangol.insight.relationship.frozen_reference import Scales, standing_scales
from dangol.insight.relationship.models import Imbalance, Movement, Snapshot
from dangol.insight.relationship.movement.months import (
    apart,
    between,
    end_of,
    following,
    last_day,
    last_ended,
    month_of,
)
from dangol.insight.relationship.movement.moves import moves
from dangol.insight.relationship.movement.portrait import portrait
from dangol.insight.relationship.movement.positions import (
    Lines,
    Positions,
    of_run,
    of_snapshot,
    of_valuation,
    write,
)
from dangol.insight.relationship.movement.yardstick import settings_of, yardstick_of
from dangol.insight.relationship.observed import observe
from dangol.insight.relationship.summary import parts as parts_of
from dangol.insight.relationship.trade import as_valued
from dangol.insight.relationship.valuation import value
from dangol.insight.relationship.value_columns import VALUATION
from dangol.insight.relationship.valued_models import models_of
from dangol.insight.warehouse.holdout import first_and_last_purchase
from dangol.insight.warehouse.queries import Lake, lake
from dangol.lib.errors import DangolError
from dangol.lib.progress import Progress, silent
from dangol.records.staff.models import User

STAGE, MATCHING = "movement", "movement_pairs"
MOST = 12  # months worked out at once, unless told
LONGEST = 36
FARTHEST = 12  # months between two snapshots that are compared
LATE = timedelta(days=10)  # a valuation so long after the month's end still tells of it
HISTORY = timedelta(days=90)  # of purchases before a month's end, or nothing can be told of it


class NothingValued(DangolError):
    """Places are told on the scales of a valuation."""


class NoMonth(DangolError):
    """No month that has ended has enough history before it."""


@dataclass(frozen=True)
class Ruler:
    """By what places are measured now: the newest valuation's scales and settings."""

    run: Run
    yardstick: str

    @classmethod
    def standing(cls) -> Ruler:
        """That of the newest valuation. Raises NothingValued."""
        run = latest_run(VALUATION)
        if run is None:
            raise NothingValued(
                _("Nobody is valued yet. Value the customers first; months are measured by its scales.")
            )
        return cls(run, yardstick_of(run))


def take_month(*, as_of: datetime, at: datetime) -> Snapshot | None:
    """Take the snapshot of the month that ended last, from the first valuation after its end.

    None where it is there, nobody was valued within ten days of its end, or values are measured by another yardstick.
    """
    month = last_ended(shops_day(as_of))
    ends = end_of(month)
    valued = finished_runs(VALUATION).filter(as_of__gt=ends - timedelta(days=1), as_of__lte=min(ends + LATE, as_of))
    standing = latest_run(VALUATION)
    if standing is None or not valued.exists():
        return None
    yardstick = yardstick_of(standing)
    same = (run for run in valued.order_by("as_of", "-pk") if yardstick_of(run) == yardstick)
    run = next(same, None)
    if run is None or shops_day(run.as_of) < last_day(month) or _known(yardstick, month):
        return None
    found = of_run(run)
    parts = [part for part, told in run.summary["parts"].items() if told["measured"] + told["estimated"]]
    taken = Snapshot(
        month=month, yardstick=yardstick, day=shops_day(run.as_of), worked_out=False, run=run,
        lake_version=run.lake_version, parameters=settings_of(run).as_parameters(), at=at,
    )  # fmt: skip
    keep(taken, found, parts=parts)
    match(yardstick)
    raise_alert(yardstick, at=at)
    return taken


def months_to_work_out(ruler: Ruler, *, as_of: datetime, most: int = MOST) -> list[date]:
    """Past months that the history covers and that are not there yet, the newest first."""
    known = set(Snapshot.objects.filter(yardstick=ruler.yardstick).values_list("month", flat=True))
    return [month for month in months_covered(lake(), as_of=as_of, most=most) if month not in known]


def months_covered(here: Lake, *, as_of: datetime, most: int = MOST) -> list[date]:
    """Ended months, the newest first, that have enough history before their end."""
    today = shops_day(as_of)
    span = first_and_last_purchase(as_valued(here, as_of=today), as_of=today)
    if span is None:
        return []
    newest = last_ended(today)
    earliest = max(month_of(span[0]), following(newest, 1 - most))
    return [one for one in reversed(list(between(earliest, newest))) if last_day(one) - span[0] >= HISTORY]


def work_out_months(
    *, as_of: datetime, at: datetime, by: User | None, most: int = MOST, progress: Progress = silent
) -> list[Snapshot]:
    """Value everybody as of the end of each past month that is missing, the newest first; what was made.

    From nothing but what was known by then, by the standing scales and the kinds of model values come from now. Reads
    the current lake: refresh it first. Raises NothingValued, NoMonth, NoLake, BrokenLake.
    """
    ruler, here = Ruler.standing(), lake()
    if not months_covered(here, as_of=as_of, most=most):
        raise NoMonth(
            _("No month that has ended has %(days)s days of purchases before its end. Come back when one has.")
            % {"days": HISTORY.days}
        )
    months, made = months_to_work_out(ruler, as_of=as_of, most=most), []
    progress(STAGE, 0, len(months))
    for done, month in enumerate(months, 1):
        made.append(_worked_out(ruler, here, month, at=at, by=by))
        progress(STAGE, done, len(months))
    match(ruler.yardstick, progress=progress)
    raise_alert(ruler.yardstick, at=at)
    return made


def _worked_out(ruler: Ruler, here: Lake, month: date, *, at: datetime, by: User | None) -> Snapshot:
    settings, ends = settings_of(ruler.run), end_of(month)
    as_then = replace(settings, trade=USES if is_by_use(ruler.run) else MONEY)  # whatever the records told by then
    asked = latest_run(rhythm_names.KIND, as_of=ruler.run.as_of)
    models = models_of(rhythm_of(asked) if asked else None)
    seen = observe(here, settings=as_then, as_of=ends, gaps=models.need_gaps)
    found = value(seen, Scales(standing_scales(), closed=True), settings, (), models, by=here.shared_out)
    parts = [part for part, told in parts_of(found).items() if told["measured"] + told["estimated"]]
    made = Snapshot(
        month=month, yardstick=ruler.yardstick, day=last_day(month), worked_out=True, run=ruler.run,
        lake_version=here.version, parameters=settings.as_parameters(), by=by, at=at,
    )  # fmt: skip
    return keep(made, of_valuation(found, as_of=ends), parts=parts)


def keep(snapshot: Snapshot, found: Positions, *, parts: list[str]) -> Snapshot:
    """Write a month whole, unless somebody else has meanwhile; the one that stands."""
    tolerance = float(snapshot.parameters["tolerance"])
    snapshot.summary = portrait(found, Lines.read().of(found.ids), tolerance=tolerance, parts=parts)
    with atomic():
        standing = _known(snapshot.yardstick, snapshot.month)
        if standing is not None:
            return standing
        snapshot.save(force_insert=True)
        write(snapshot, found)
    return snapshot


def match(yardstick: str, *, progress: Progress = silent) -> None:
    """Count what moved between every two months of this yardstick that are not too far apart, where it is missing."""
    missing = list(_unmatched(yardstick))
    if not missing:
        return
    read, lines = lru_cache(FARTHEST + 1)(of_snapshot), Lines.read()
    for done, (earlier, later) in enumerate(missing, 1):
        before, after = read(earlier), read(later)
        found = moves(before, after, lines.of(after.ids))
        with atomic():
            Movement.objects.get_or_create(earlier=earlier, later=later, defaults={"summary": found})
        progress(MATCHING, done, len(missing))


def raise_alert(yardstick: str, *, at: datetime) -> Imbalance | None:
    """Say once how many of high equity the newest month leaves short who were not a month before."""
    newest = Snapshot.objects.filter(yardstick=yardstick).order_by("-month").first()
    if newest is None:
        return None
    since = Movement.objects.filter(later=newest, earlier__month=following(newest.month, -1)).first()
    if since is None or not since.summary["left_short"]:
        return None
    return Imbalance.objects.get_or_create(
        movement=since, defaults={"customers": since.summary["left_short"], "at": at}
    )[0]


def _unmatched(yardstick: str) -> Iterator[tuple[Snapshot, Snapshot]]:
    """The newest later month first, so that what a page asks for is there soonest."""
    months = list(Snapshot.objects.filter(yardstick=yardstick).order_by("-month"))
    known = set(Movement.objects.filter(later__yardstick=yardstick).values_list("earlier", "later"))
    for place, later in enumerate(months):
        for earlier in months[place + 1 :]:
            if apart(earlier.month, later.month) <= FARTHEST and (earlier.pk, later.pk) not in known:
                yield earlier, later


def _known(yardstick: str, month: date) -> Snapshot | None:
    return Snapshot.objects.filter(yardstick=yardstick, month=month).first()
