"""Files that come by themselves: a look into the folders once a minute while the home is served, and the work of it.

The work is done by the worker of all long work, one file after the other in order of name, each taken in as by hand.
"""

import logging
import threading
import time
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections
from django.db.transaction import atomic
from django.tasks import TaskResultStatus, task
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from dangol.contact.intake import actions, regular
from dangol.contact.intake.models import Batch, Profile
from dangol.insight.analysis.queries import latest_run
from dangol.insight.relationship import actions as relationship
from dangol.insight.warehouse.refresh import READER
from dangol.insight.warehouse.versions import pointed
from dangol.lib.errors import DangolError
from dangol.lib.resident_numbers import masked
from dangol.records.changes.queries import unread
from dangol.web import clock
from dangol.web.imports.columns import of_profile
from dangol.web.imports.taking import bring_up_to_date
from dangol.web.start import work

PAUSE = 60.0  # seconds
KEY = "incoming"  # of the work that brings everything up to date with what came
PASSING = (actions.DiskFull, actions.StoreBusy)  # the file is tried again an hour later
WAITING = (TaskResultStatus.READY, TaskResultStatus.RUNNING)

log = logging.getLogger(__name__)
_seen: dict[Path, dict[str, datetime]] = {}  # folder → mark of a file → since when it lies there unchanged
_looked: dict[Path, datetime] = {}


def start_looking() -> threading.Thread:
    """Look for as long as this process lives."""
    thread = threading.Thread(target=_keep, name="dangol-incoming", daemon=True)
    thread.start()
    return thread


def look(*, at: datetime) -> int:
    """Have every file taken in that did not change since a look a minute ago or longer; how many are new to that."""
    if settings.DANGOL.source != "own":
        return 0
    _take_up_again()
    return sum(_look_into(profile, at=at) for profile in regular.switched_on())


def looked(profile: Profile) -> datetime | None:
    """When the folder was last looked into, by this process."""
    return _looked.get(regular.folder_of(profile))


@task
def take_regular(number: int, folder: str) -> None:
    """Take in the file of a claimed import. Safe to do twice: what was done by a killed process is not done again."""
    batch = Batch.objects.select_related("profile__taken_by").filter(pk=number).first()
    if batch is not None:
        with translation.override(_language(batch)):
            _take(batch, folder)
    _follow()


def behind() -> bool:
    """Whether something that came by itself is not in the warehouse yet, or nobody was valued by it.

    Told by what is on record, so that neither a kill nor what becomes of a later file loses it.
    """
    moments = regular.taken_in().values("started_at")  # its changes bear the moment of their import
    if unread(READER).filter(recorded_at__in=moments).exists():
        return True
    valued = latest_run(relationship.KIND)
    return moments.exists() and (valued.lake_version if valued else "") != (pointed(settings.DANGOL_LAKE) or "")


def why_behind() -> str:
    """Why the values do not follow what came by itself; "" where they do, or are about to."""
    told = work.look(KEY)
    return told.problem if told.failed and behind() else ""


def _take(batch: Batch, folder: str) -> None:
    if batch.finished_at is None and not _taken(batch, folder):
        batch.delete()
        return
    batch.refresh_from_db()
    if batch.problem:
        regular.refuse(batch, folder)
    else:
        regular.let_go(batch, folder)


def _follow() -> None:
    """Bring everything up to date, unless more is to come: whatever comes last does it for all of them."""
    if regular.claimed().exists() or not behind():
        return
    last = regular.taken_in().select_related("profile", "by").latest("pk")
    with work.at_work(KEY, language=_language(last)) as (progress, _answer):
        bring_up_to_date(by=last.by, progress=progress)


def _language(batch: Batch) -> str:
    return batch.profile.language if batch.profile else "ko"


def _taken(batch: Batch, folder: str) -> bool:
    """Whether the import is done, well or not; False where the file lies in its folder again or still."""
    profile = batch.profile
    if profile is None or regular.why_still(profile):
        regular.give_back(batch, folder)
        return False
    try:
        path = regular.hold(batch, folder)
        if path is None:
            return False
        actions.import_file(
            path, kind=profile.kind, mapping=profile.mapping, kept=of_profile(profile).kept, currency=profile.currency,
            by=profile.taken_by, at=batch.started_at, file_name=batch.file_name, claimed=batch,
        )  # fmt: skip
    except PASSING as error:
        regular.give_back(batch, folder)
        _fail(batch, str(error))
    except DangolError as error:
        _fail(batch, str(error))
    except Exception as error:
        log.exception("The file of import %s could not be taken in", batch.pk)
        words = _("Dangol did not foresee this (%(name)s: %(what)s). Nothing was done by halves.")
        _fail(batch, words % {"name": type(error).__name__, "what": error})
    return True


def _fail(batch: Batch, problem: str) -> None:
    """Keep why: a file that cannot be read has come as far as this and no further."""
    Batch.objects.filter(pk=batch.pk).update(
        problem=masked(problem).strip(), finished_at=batch.started_at, stage="", by=batch.by
    )


def _look_into(profile: Profile, *, at: datetime) -> int:
    folder = regular.folder_of(profile)
    there = regular.files(folder)
    before = _seen.get(folder, {})
    now = _seen[folder] = {mark: before.get(mark, at) for mark in there}
    _looked[folder] = at
    if regular.why_still(profile):
        return 0
    busy = regular.busy(profile, at=at) if there else set()
    ripe = [mark for mark, since in now.items() if at - since >= regular.STILL and mark not in busy]
    for mark in ripe:
        with atomic():
            batch = regular.claim(profile, there[mark], mark, at=at)
            take_regular.enqueue(batch.pk, profile.folder)
    return len(ripe)


def _take_up_again() -> None:
    """Ask again for work that nobody will do: a restored backup has the claims and not the tasks."""
    if not regular.claimed().exists():
        return
    waiting = DBTaskResult.objects.filter(task_path=take_regular.module_path, status__in=WAITING)
    asked = {told["args"][0] for told in waiting.values_list("args_kwargs", flat=True)}
    for number, folder in regular.claimed().order_by("pk").values_list("pk", "profile__folder"):
        if number not in asked:
            take_regular.enqueue(number, folder or "")


def _keep() -> None:
    told = ""
    while True:
        try:
            look(at=clock.now())
            told = ""
        except Exception as error:  # a store that is locked, a folder that is away: the next minute is another try
            if str(error) != told:
                log.exception("The folders of files that come by themselves could not be looked into.")
            told = str(error)
        finally:
            close_old_connections()
        time.sleep(PAUSE)
