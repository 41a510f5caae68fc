"""An own file from upload to map: taken in, the clock moved to its last day, everybody valued; and taken back."""

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.contact.intake import actions, details, nothing_in, queries, undoing
from dangol.contact.intake.kinds.kind import Kept
from dangol.contact.intake.models import Batch, Undoing
from dangol.contact.intake.nobodys import Same
from dangol.insight.analysis.actions import RunGone
from dangol.insight.relationship.counted_in import MONEY, USES
from dangol.insight.warehouse.refresh import refresh
from dangol.insight.warehouse.uses import MET
from dangol.lib.errors import WrongUse
from dangol.lib.progress import Progress, silent
from dangol.records.customers.partners import Statement
from dangol.records.staff.models import User
from dangol.web.clock import now
from dangol.web.start import again, homes, rounds


class NotYourHome(WrongUse):
    """A file of one's own does not belong into a demo."""


def take_file(
    path: Path,
    *,
    kind: str = "transactions",
    mapping: Mapping[str, str] | None = None,
    kept: Mapping[str, Kept] | None = None,
    currency: str = "",
    dry_run: bool = False,
    by: User | None,
    at: datetime | None = None,
    mended: bool = False,
    same: Same = Same.ASK,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Import a file of one kind and bring values up to date; the answer is that of `dangol import`.

    at: when it was asked for. Work that a kill interrupted is done again with the same moment: where the file was
    taken in by then, only what comes after is done.
    """
    _refuse_demo()
    batch = None if dry_run or at is None else _taken_in(kind, at=at, by=by)
    if batch is None:
        batch = actions.import_file(
            path, kind=kind, mapping=mapping, kept=kept, currency=currency, dry_run=dry_run, by=by, at=at or now(),
            mended=mended, same=same, progress=progress,
        )  # fmt: skip
    answer = actions.as_json(batch) | {"called_off": batch.called_off, "wished": batch.wished}
    if dry_run:
        return answer | {"refused": batch.refused, "twice": batch.twice}
    if not batch.accepted:
        answer["refused"] = nothing_in.refused(batch)
    if not bring_up_to_date(by=by, progress=progress):
        answer["warnings"] = [*answer["warnings"], _("Values are worked out by another import that goes on.")]
    return answer


def told(answer: Mapping[str, Any], *, dry_run: bool) -> list[str]:
    """The answer in sentences, for a terminal; where nothing can be taken in, with why the first rows cannot."""
    counts = {name: f"{answer[name]:,}" for name in ("rows", "accepted", "rejected")}
    first = (
        _("%(accepted)s of %(rows)s rows can be taken in, %(rejected)s cannot. Nothing was changed.")
        if dry_run
        else _("%(accepted)s of %(rows)s rows taken in, %(rejected)s left out.")
    )
    off, file = answer.get("called_off", 0), answer["rejects_file"]
    if off:
        first = f"{first} {_called_off(off, answer['rejected'] - off)}"
    to_mend = _("Mend and import again: %(file)s") if answer["rejected"] > off else _("What was left out: %(file)s")
    last = [to_mend % {"file": file}] if file else []
    choose = _("On the command line: --map %(field)s=COLUMN.")
    last = [*(choose % {"field": one["field"]} for one in answer.get("wished", ()) if one["columns"]), *last]
    if answer["accepted"]:
        return [first % counts, *answer["warnings"], *last]
    said = first % counts if dry_run else nothing_in.in_words(answer["rows"])
    return [said, *(why for _row, why in answer.get("refused", ())), *answer["warnings"], *last]


def _called_off(rows: int, to_mend: int) -> str:
    counts = {"called_off": f"{rows:,}", "to_mend": f"{to_mend:,}"}
    return _("Of those: called off %(called_off)s, to mend %(to_mend)s.") % counts


def undo_file(number: int, *, by: User | None, progress: Progress = silent) -> Undoing:
    """Take a file back, move the clock to the last day there is then, and value everybody anew. Raises CannotUndo.

    Work that a kill interrupted is done again: where the file was taken back by then, only what comes after is done.
    """
    batch = queries.files().get(pk=number)
    progress("undoing", 0, 1)
    done = batch.undoing if hasattr(batch, "undoing") else undoing.undo(batch, by=by, at=now())
    progress("undoing", 1, 1)
    bring_up_to_date(by=by, progress=progress)
    return done


def bring_up_to_date(*, by: User | None, progress: Progress = silent) -> bool:
    """Move the clock to the last day there is, refresh the warehouse, value everybody who is there to value; False
    where another that began later does it for this one, too: it refreshed after this one had written.

    Files come one after another: what was frozen after the first as of that day is frozen anew after the next.
    Where nothing is sold or lent any more, the warehouse alone follows. What the plan of the loop has due is chosen
    after it.
    """
    last = last_moment(until=now())
    if last is None:
        refresh(at=now(), progress=progress)
        return True
    move_to(last)
    as_of = clock_after(last)
    try:
        rounds.bring_up_to_date(at=as_of, hands=rounds.Hands(by=by, progress=progress), filling=True)
    except RunGone:
        return False
    again.choose_if_can(as_of=as_of, progress=progress)
    return True


def last_moment(*, until: datetime) -> datetime | None:
    """When somebody last bought something or, where uses may count, used something, up to a moment.

    Uses may count where something is lent, or where the home says that its values are counted in uses; elsewhere a
    visit or a question says nothing of how far the sales reach.
    """
    trade = rounds.value_settings().trade
    bought, lent = queries.last_transaction_time(until=until), queries.last_loan_time(until=until)
    if trade == MONEY or (lent is None and trade != USES):
        return bought
    came = queries.last_contact_time(kinds=tuple(MET), until=until)
    return max((one for one in (bought, lent, came) if one is not None), default=None)


def _taken_in(kind: str, *, at: datetime, by: User | None) -> Batch | None:
    return queries.files().filter(kind=kind, started_at=at, by=by, problem="").exclude(finished_at=None).first()


def take_details(
    path: Path,
    *,
    statement: Statement,
    mapping: dict[str, str] | None = None,
    only: Collection[str] = (),
    dry_run: bool = False,
    by: User | None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Import what a partner knows of our customers; nobody is valued anew by it, and the clock stays where it is."""
    _refuse_demo()
    batch = details.import_details(
        path, statement=statement, mapping=mapping, only=only, dry_run=dry_run, by=by, at=now(), progress=progress
    )
    answer = actions.as_json(batch)
    return answer if dry_run or batch.accepted else answer | {"refused": nothing_in.refused(batch)}


def _refuse_demo() -> None:
    if settings.DANGOL.source != "own":
        raise NotYourHome(
            _("This home holds a demo. Import your own file into a home of its own, so that nothing is mixed.")
        )


def clock_after(last: datetime) -> datetime:
    """The end of the day of the last purchase or use, in the shop's time: history is looked at from there."""
    day = timezone.localtime(last, timezone.get_default_timezone())
    return day.replace(hour=23, minute=59, second=59, microsecond=0)


def move_to(last: datetime) -> None:
    """A home of one's own looks at its history from its last day; the demos keep their own clocks."""
    if settings.DANGOL.source == "own":
        homes.move_clock(clock_after(last))
