"""Duties of every day, done once a day while the home is served: one line each in `DUTIES`.

What fails is told in the server's log and tried again the next day; the duties after it are done all the same.
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connection
from django.utils.timezone import localtime

from dangol.contact.delivery.notices import enqueue_due
from dangol.insight.analysis.queries import latest_run
from dangol.insight.relationship.following.following_up import follow_up
from dangol.insight.relationship.movement import actions as movement
from dangol.insight.relationship.stages.actions import evaluate_if_due
from dangol.insight.relationship.stages.names import KIND as STAGES
from dangol.insight.warehouse.refresh import refresh
from dangol.lib import bulk
from dangol.records.rights import retention, scouring
from dangol.records.rights.keeping_rules import Moment
from dangol.records.staff.once import KEPT as MARKS_KEPT
from dangol.records.staff.once import let_go_of_marks
from dangol.web import clock
from dangol.web.imports import outgoing, outgoing_tasks
from dangol.web.start import work
from dangol.web.start.again import go_round_if_due
from dangol.web.start.counting import count_items
from dangol.web.start.repeated import issue_if_due
from dangol.web.start.rounds import stage_rules, value_settings

FILE = "daily.json"  # name of a duty → the day it was last done; and what waits
WAITING = "waiting"
FROM = 3  # o'clock in the shop: writing a large store anew keeps others waiting
PAUSE = 600.0  # seconds between two looks at the clock

log = logging.getLogger(__name__)

type Duty = Callable[[datetime], None]


def let_go(at: datetime) -> None:
    """Let go of what has run out."""
    now = Moment(as_of=clock.as_of(), at=at)
    retention.run(now)
    count_waiting(now)


def count_waiting(now: Moment) -> None:
    """Count what waits for somebody to look, for Today to tell: among very many customers it takes too long there."""
    _write(WAITING, {one.rule.id: one.count for one in retention.waiting(now)})


def waiting() -> dict[str, int]:
    """By rule, how many waited when the duties were last done."""
    found: dict[str, int] = _done().get(WAITING, {})
    return found


def scour(at: datetime) -> None:
    """Leave nothing of it in the file of the records, either."""
    if scouring.is_due(since=at - timedelta(days=2)):
        scouring.scour()


def write_letters(at: datetime) -> None:
    """Write the letters about consent that are due; nothing falls due where the home's clock stands still."""
    if clock.runs():
        enqueue_due(at=at)


def tell_courses(at: datetime) -> None:
    """Tell who grew quiet or was lost meanwhile: silence moves people on although nothing is written."""
    if latest_run(STAGES) is None:
        return
    refresh(at=clock.as_of())
    evaluate_if_due(rules=stage_rules(), as_of=clock.as_of(), at=at, by=None, trade=value_settings().trade)


def forget_marks(at: datetime) -> None:
    """Forget the marks of forms that no page can still carry."""
    let_go_of_marks(before=at - MARKS_KEPT)


def take_inventory(at: datetime) -> None:
    """Count how far each item of the inventory is filled."""
    count_items(at=clock.as_of())


def go_round(at: datetime) -> None:
    """Value everybody anew, and choose anew what to do, where somebody set when."""
    go_round_if_due(as_of=clock.as_of())


def send_issues(at: datetime) -> None:
    """Send what comes again and is due; nothing falls due where the home's clock stands still."""
    issue_if_due(as_of=clock.as_of())


def take_month(at: datetime) -> None:
    """Keep where everybody stood at the end of the month that ended last, and where those followed went; nothing where
    that is kept.
    """
    movement.take_month(as_of=clock.as_of(), at=at)
    follow_up()


def send_extracts(at: datetime) -> None:
    """Ask for the files of teams that are due today, and have them made beside the pages."""
    if outgoing.ask_due(at=at):
        work.start(outgoing_tasks.KEY, outgoing_tasks.make_files, settings.LANGUAGE_CODE)


def look_over(at: datetime) -> None:
    """Have the store know how its rows spread."""
    bulk.look_over(connection)


# In this order. A duty may be killed and done again.
DUTIES: dict[str, Duty] = {
    "retention": let_go, "scouring": scour, "letters": write_letters, "inventory": take_inventory,
    "marks": forget_marks, "loop": go_round, "issues": send_issues, "courses": tell_courses, "movement": take_month,
    "statistics": look_over, "extracts": send_extracts,
}  # fmt: skip


def do_due(at: datetime) -> list[str]:
    """Do what was not done yet on the shop's day of this moment, from FROM o'clock on; the names of what was done."""
    local = localtime(at)
    if local.hour < FROM:
        return []
    done = []
    for name, duty in DUTIES.items():
        if _done().get(name) == local.date().isoformat():
            continue
        try:
            duty(at)
        except Exception:
            log.exception("The daily duty %s failed; it is tried again tomorrow.", name)
        _write(name, local.date().isoformat())
        done.append(name)
    return done


def last_done(name: str) -> date | None:
    """The shop's day on which a duty was last done."""
    day = _done().get(name)
    return date.fromisoformat(day) if day else None


def start_daily() -> threading.Thread:
    """Look at the clock now and then for as long as this process lives."""
    thread = threading.Thread(target=_keep, name="dangol-daily", daemon=True)
    thread.start()
    return thread


def _keep() -> None:
    while True:
        try:
            do_due(clock.now())
        except Exception:
            log.exception("The daily duties could not be looked up.")
        finally:
            close_old_connections()
        time.sleep(PAUSE)


def _path() -> Path:
    return Path(settings.DANGOL_HOME) / FILE


def _done() -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(_path().read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return told


def _write(name: str, told: Any) -> None:
    part = _path().with_suffix(".part")
    part.write_text(json.dumps({**_done(), name: told}), encoding="utf-8")
    part.replace(_path())
