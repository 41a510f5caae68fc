"""An own file from upload to map: taken in, the clock moved to its last day, everybody valued."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.contact.intake import actions, details, queries
from dangol.lib.errors import WrongUse
from dangol.lib.progress import Progress, silent
from dangol.records.customers.partners import Statement
from dangol.records.staff.models import User
from dangol.web.clock import now
from dangol.web.start import homes, rounds


class NotYourHome(WrongUse):
    """A file of one's own does not belong into a demo."""


def take_file(
    path: Path,
    *,
    mapping: dict[str, str] | None = None,
    dry_run: bool = False,
    by: User | None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Import a file of transactions and bring values up to date; the answer is that of `dangol import`."""
    _refuse_demo()
    batch = actions.import_file(path, mapping=mapping, dry_run=dry_run, by=by, at=now(), progress=progress)
    if not dry_run:
        last = queries.last_transaction_time(until=now())
        if last is not None:
            move_to(last)
            rounds.bring_up_to_date(at=clock_after(last), hands=rounds.Hands(by=by, progress=progress))
    return actions.as_json(batch)


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
    return actions.as_json(batch)


def _refuse_demo() -> None:
    if settings.DANGOL.source != "own":
        raise NotYourHome(
            _("This home holds a demo. Import your own file into a home of its own, so that nothing is mixed.")
        )


def clock_after(last: datetime) -> datetime:
    """The end of the last transaction's day, in the shop's time: history is looked at from there."""
    day = timezone.localtime(last, timezone.get_default_timezone())
    return day.replace(hour=23, minute=59, second=59, microsecond=0)


def move_to(last: datetime) -> None:
    """A home of one's own looks at its history from its last day; the demos keep their own clocks."""
    if settings.DANGOL.source == "own":
        homes.move_clock(clock_after(last))
