"""Opening a home for a command: settings, tables, progress bars, JSON."""

from __future__ import annotations

import argparse
import gc
import getpass
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dangol.lib.errors import DangolError, WrongUse
from dangol.lib.progress import Progress
from dangol.lib.saying import _

if TYPE_CHECKING:
    from dangol.web.shell.viewer import Viewer

LOOKED_THROUGH = 50_000  # new things at a time are looked through for cycles: a library brings some ten thousand


class NoSuchHome(DangolError):
    """The home folder does not exist yet."""


class RecordsElsewhere(DangolError):
    """The records of this home are not where they are looked for."""


class NotAllowed(WrongUse):
    """Whoever the command acts for may not do this."""


_open = False


def open_home(home: Path, *, must_exist: bool = True) -> None:
    """Load Django on this home and bring its tables up to date."""
    global _open
    if must_exist and not home.is_dir():
        told = _("There is no home at %(home)s. Make one with `dangol init --home %(home)s` or `dangol demo`.")
        raise NoSuchHome(told % {"home": home})
    home.mkdir(parents=True, exist_ok=True)
    load_home(home)
    refuse_other_store(home)
    from dangol.lib.schema import brought_up_to_date

    if brought_up_to_date():
        from dangol.records.customers.search_index import index_missing

        index_missing()
    _open = True


def refuse_other_store(home: Path) -> None:
    """Raise RecordsElsewhere where an empty store would be begun beside the records that this home has."""
    server, file = "DATABASE_URL" in os.environ, (home / "records.sqlite3").exists()
    if server and file:
        told = _(
            "The records of %(home)s lie in its file records.sqlite3, and DATABASE_URL names a server."
            " Take DATABASE_URL out of the environment, or carry them there: `dangol backup` without it,"
            " then `dangol restore FILE --replace` with an empty database in it."
        )
        raise RecordsElsewhere(told % {"home": home})
    if not server and not file and (home / "lake" / "CURRENT").exists():
        told = _(
            "The records of %(home)s are not in it. If they lie in PostgreSQL, name it in DATABASE_URL. If its file"
            " records.sqlite3 was lost, bring a backup back with `dangol restore`."
        )
        raise RecordsElsewhere(told % {"home": home})


def load_home(home: Path) -> None:
    """Load Django on this home and leave its tables as they are."""
    os.environ["DANGOL_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")
    import django

    # What is loaded here stays to the end: nobody need look through it for cycles, again and again while it comes.
    gc.disable()
    django.setup()
    gc.freeze()
    gc.set_threshold(LOOKED_THROUGH)
    gc.enable()


def close_home() -> str:
    """Take what this command wrote into the access log, and anchor it; what is wrong where that cannot be done now."""
    if not _open:
        return ""
    import sqlite3

    from django.db import Error
    from django.utils.timezone import now

    from dangol.records.staff.access import chain, spool, store

    spool.let_go()
    try:
        if store.seal():
            chain.anchor(at=now())
    except (DangolError, OSError, sqlite3.Error, Error) as error:
        waiting = _("Until then the lines of the access log wait in %(folder)s.") % {"folder": spool.folder()}
        return f"{error} {waiting}"
    return ""


def acting(options: argparse.Namespace, needs: str, *, whole: bool = False) -> Viewer:
    """Whoever the command acts for: the one named by --as, else the owner, to whom this machine belongs.

    Raises NotAllowed where the role does not hold what the command takes.
    """
    from dangol.records.staff.access.entries import Verb
    from dangol.records.staff.models import User
    from dangol.records.staff.roles import May
    from dangol.web.shell.viewer import of_user

    if options.acting:
        user = User.objects.filter(username=options.acting, is_active=True).first()
        if user is None:
            raise NotAllowed(
                _("Nobody here is called %(name)s. The owner sees everybody on the page Staff.")
                % {"name": options.acting}
            )
    else:
        user = User(username=f"terminal:{getpass.getuser()}", role=User.Role.OWNER)
    viewer = of_user(user, place="terminal", page=f"dangol {options.command}")
    if not viewer.may(May(needs)) or (whole and not viewer.scope.whole):
        viewer.note(Verb.REFUSED)
        raise NotAllowed(
            _("%(name)s may not use `dangol %(command)s`: the role does not hold it.")
            % {"name": options.acting, "command": options.command}
        )
    return viewer


_drawn: list[dict[str, Any]] = []


def bars(*, quiet: bool = False) -> Progress:
    """Progress as bars on the error stream, one line a stage, so that output stays clean."""
    from tqdm import tqdm

    from dangol.web.start.stages import stage_name

    shown: dict[str, Any] = {}
    _drawn.append(shown)

    def tell(stage: str, done: int, total: int, /) -> None:
        if quiet or (stage not in shown and not done and not total):  # nothing of this is there to do
            return
        if stage not in shown:
            for other in shown.values():  # what comes next begins where they have ended, whoever said so or not
                other.update(max(0, (other.total or 0) - other.n))
                other.close()
            words = stage_name(stage)
            shown[stage] = tqdm(total=total or None, desc=words, file=sys.stderr, leave=True, mininterval=0.5)
        bar = shown[stage]
        bar.total = total or None
        bar.update(max(0, done - bar.n))
        if total and done >= total:
            bar.close()

    return tell


def end_bars() -> None:
    """End the line of whatever bar is still drawn: what is said next begins on one of its own."""
    for shown in _drawn:
        for bar in shown.values():
            bar.close()


def print_json(answer: dict[str, Any]) -> None:
    """One object on one line, UTF-8 as it is."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()
