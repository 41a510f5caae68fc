"""`dangol undo`: take an import back, so that the records are as if the file had never come."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dangol.config.commands.opening import acting, bars, open_home, print_json
from dangol.lib.errors import WrongUse
from dangol.lib.saying import _

if TYPE_CHECKING:
    from dangol.contact.intake.models import Undoing

NEEDS = "import"
SHOWN = 20  # imports told where none is named


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument("batch", nargs="?", type=int, help="the number of the import; without it, the last are named")
    command.add_argument("--json", action="store_true", help="end with one JSON object on the last line")


def run(options: argparse.Namespace) -> int:
    from dangol.config.cli import home_of

    started = time.perf_counter()
    open_home(home_of(options, default="own"))
    mine = acting(options, NEEDS, whole=True)
    if options.batch is None:
        return _name_the_last(quiet=options.json)
    from dangol.contact.intake import queries
    from dangol.web.imports.taking import undo_file

    if not queries.files().filter(pk=options.batch).exists():
        raise WrongUse(_("There is no import %(n)s. `dangol undo` names the last ones.") % {"n": options.batch})
    by = mine.user if mine.user.pk else None
    done = undo_file(options.batch, by=by, progress=bars(quiet=options.json))
    answer = {
        "batch": options.batch, "removed": done.removed, "restored": done.restored, "stayed": done.stayed,
        "overwritten": done.overwritten, "seconds": round(time.perf_counter() - started, 1),
    }  # fmt: skip
    if options.json:
        print_json(answer)
        return 0
    for sentence in _told(options.batch, done):
        _say(sentence)
    return 0


def _told(number: int, done: Undoing) -> Iterator[str]:
    """What went and what stayed, in sentences."""
    went, stayed = sum(done.removed.values()), sum(done.stayed.values())
    yield _("Import %(number)s is undone: %(went)s rows went, %(back)s were put back.") % {
        "number": number, "went": f"{went:,}", "back": f"{done.restored:,}",
    }  # fmt: skip
    if stayed:
        yield _("%(n)s rows stayed, because something newer or a refusal hangs on them.") % {"n": f"{stayed:,}"}
    if done.refusals:
        yield _("%(n)s refusals stay: a file is undone, but nobody’s no. Whoever refused can agree again.") % {
            "n": f"{done.refusals:,}"
        }
    if done.overwritten:
        yield _("%(n)s rows were changed again since and stayed as they are.") % {"n": f"{done.overwritten:,}"}


def _name_the_last(*, quiet: bool) -> int:
    """The last imports with their numbers."""
    from dangol.contact.intake import queries
    from dangol.contact.intake.kinds import KINDS
    from dangol.web.imports.views import states

    told: list[dict[str, Any]] = [
        {"batch": one.pk, "state": one.state, "kind": one.kind, "file": one.file_name, "accepted": one.accepted,
         "at": one.started_at.isoformat()}
        for one in queries.files()[:SHOWN]
    ]  # fmt: skip
    if quiet:
        print_json({"imports": told})
        return 0
    words = states()
    for one in told:
        rows = _("%(n)s rows") % {"n": f"{one['accepted']:,}"}
        kind = KINDS[one["kind"]].label if one["kind"] in KINDS else one["kind"]
        _say(f"{one['batch']:>6}  {words.get(one['state'], one['state'])} · {rows} · {kind} · {one['file']}")
    _say(_("Undo one by its number: dangol undo NUMBER") if told else _("No file was imported into this home yet."))
    return 0


def _say(text: str) -> None:
    print(text)  # noqa: T201
