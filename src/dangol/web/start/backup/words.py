"""What the `dangol` command says of a backup and of a restore: sentences for people, plain values for programs."""

import os
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.web.start.backup.archive import Contents
from dangol.web.start.backup.files import KEYS
from dangol.web.start.backup.making import BackedUp
from dangol.web.start.backup.other_process import Reopened
from dangol.web.start.backup.restoring import Restored


def of_backup(made: BackedUp) -> list[str]:
    """What is in the backup, what is not, and what that means."""
    contents = made.contents
    said = [
        _("The backup is %(file)s (%(mb)s MB): %(rows)s rows, %(files)s files. It was read back and is whole.")
        % {"file": made.file, "mb": f"{made.bytes / 1e6:,.1f}", "rows": f"{rows_of(contents):,}",
           "files": f"{len(contents.files):,}"}
    ]  # fmt: skip
    if made.problem:
        said.append(
            _("The warehouse was left out: %(problem)s A restored home builds it anew from the records.")
            % {"problem": made.problem}
        )
    if contents.keys:
        said.append(
            _(
                "The keys are in it. Whoever gets this file can read everything, entrance codes and sensitive notes"
                " too: keep it as you keep the keys."
            )
        )
    elif contents.keys_mark:
        said.append(
            _(
                "The keys are not in it. Keep a copy of keys.json and secret in another place: without them nobody can"
                " read entrance codes and sensitive notes, check the access log or tell who was forgotten, and links in"
                " messages that were sent stop working."
            )
        )
    else:
        said.append(
            _(
                "The key that signs links is not in it. Keep a copy of the file secret in another place: without it"
                " links in messages that were sent stop working and everybody signs in anew."
            )
        )
    return said


def of_restore(done: Restored) -> list[str]:
    """What stands now, what was put right in it, and what is left to do."""
    found = done.reopened
    said = [
        _("The backup of %(at)s stands at %(home)s: %(rows)s rows.")
        % {"at": f"{done.made_at.astimezone():%Y-%m-%d %H:%M}", "home": done.home, "rows": f"{done.rows:,}"}
    ]
    if done.moved:
        said.append(
            _("The records lie in PostgreSQL from now on. Every command of this home wants the same DATABASE_URL.")
        )
    if done.aside:
        said.append(_("What stood there before is at %(aside)s.") % {"aside": done.aside})
    if found.erased:
        said.append(
            ngettext(
                "%(n)s person had been forgotten since and was forgotten again.",
                "%(n)s people had been forgotten since and were forgotten again.",
                found.erased,
            )
            % {"n": f"{found.erased:,}"}
        )
    if found.withheld:
        said.append(
            ngettext(
                "%(n)s message was waiting to leave. It may have left since, so it is withheld.",
                "%(n)s messages were waiting to leave. They may have left since, so they are withheld.",
                found.withheld,
            )
            % {"n": f"{found.withheld:,}"}
        )
    if found.dropped:
        said.append(_("Background work that was under way was let go. Start it again from its page."))
    if found.refused:
        said.append(
            ngettext(
                "%(n)s refusal that came in since was entered again.",
                "%(n)s refusals that came in since were entered again.",
                found.refused,
            )
            % {"n": f"{found.refused:,}"}
        )
    said += [
        _(
            "Agreements given after the backup are not in it. Refusals are where the home they came in at still stands:"
            " if it is lost, enter them again before anything is sent."
        ),
        _("Everybody signs in anew. Look at Staff: whoever was let go and keys revoked since then are back."),
    ]
    said += _of_keys(found, done)
    said.append(_("Next: %(command)s") % {"command": f"dangol serve --home {done.home}"})
    return said


def _of_keys(found: Reopened, done: Restored) -> list[str]:
    place = os.environ.get("DANGOL_KEYS") or done.home / KEYS
    if found.unreadable:
        said = ngettext(
            "%(n)s sealed text was sealed with a key that is no longer in %(place)s: use the copy from when the"
            " backup was made.",
            "%(n)s sealed texts were sealed with a key that is no longer in %(place)s: use the copy from when the"
            " backup was made.",
            found.unreadable,
        )
        return [said % {"n": f"{found.unreadable:,}", "place": place}]
    if found.keys == "missing":
        return [_("The keys are not here. Put your copy at %(place)s before you open the home.") % {"place": place}]
    if found.keys == "other":
        return [_("The keys at %(place)s are not those of this backup. Put your copy there.") % {"place": place}]
    return []


def rows_of(contents: Contents) -> int:
    """Rows of the records."""
    return sum(table.rows for table in contents.records.tables.values())


def told_of_backup(made: BackedUp, *, seconds: float) -> dict[str, Any]:
    """As one object."""
    contents = made.contents
    return {
        "file": str(made.file),
        "bytes": made.bytes,
        "files": len(contents.files),
        "rows": rows_of(contents),
        "records": contents.records.engine,
        "warehouse": contents.lake or None,
        "problem": made.problem or None,
        "keys": contents.keys,
        "made_at": contents.made_at,
        "seconds": seconds,
    }


def told_of_restore(done: Restored, *, seconds: float) -> dict[str, Any]:
    """As one object."""
    found = done.reopened
    return {
        "home": str(done.home),
        "made_at": done.made_at.isoformat(),
        "rows": done.rows,
        "warehouse": done.lake or None,
        "moved": done.moved,
        "erased_again": found.erased,
        "refused_again": found.refused,
        "withheld": found.withheld,
        "work_let_go": found.dropped,
        "keys": found.keys or None,
        "unreadable": found.unreadable,
        "kept_aside": str(done.aside) if done.aside else None,
        "seconds": seconds,
    }
