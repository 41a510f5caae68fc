"""A list of customers written into a file here, for another system: as taken from the page, and noted as such."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from django.http import QueryDict
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError, WrongUse
from dangol.records.customers.columns import Asked
from dangol.records.customers.models import SavedView
from dangol.records.customers.saved_views import views_for
from dangol.records.customers.using import Use, used
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.customers import listing
from dangol.web.customers.bulk import chosen_of
from dangol.web.customers.criteria import Criteria
from dangol.web.shell import taking_away
from dangol.web.shell.viewer import Viewer

ALL = "customers"  # no view: everybody whom the viewer sees
ENDINGS = (".csv", ".xlsx")
LEAST = 4  # letters of a reason, as on the page


class NoSuchList(WrongUse):
    """Nobody saved a list under this name for whoever asks."""


class CannotWriteList(DangolError):
    """The file is of no kind we write, or nobody said what it is for."""


def write_list(name: str, path: Path, *, reason: str, marked: bool, mine: Viewer) -> int:
    """Write a saved list, or everybody, into a file; how many people are in it. Readers see the old file or the new.

    marked: end with who took it, when and why. Raises NoSuchList, CannotWriteList.
    """
    if path.suffix.lower() not in ENDINGS:
        raise CannotWriteList(_("Let the name of the file end with %(endings)s.") % {"endings": ", ".join(ENDINGS)})
    if len(reason.strip()) < LEAST:
        raise CannotWriteList(_("Say what the list is for."))
    asked = Asked(clock.as_of())
    query = "" if name == ALL else _view(name, mine).query
    criteria = Criteria.read(QueryDict(query), mine, asked)
    ids = chosen_of(criteria, mine, asked, only=None).in_order()
    heads, items = listing.file_heads(criteria.shown(mine), asked)
    used(items, Use.LIST, at=clock.as_of())
    mine.note(Verb.TOOK, reason=reason.strip(), subjects=ids)
    rows = listing.exported(ids, criteria.shown(mine), mine, asked)
    mark = taking_away.watermark(mine, reason.strip()) if marked else ""
    _write(path, heads, rows, mark)
    return len(ids)


def _view(name: str, mine: Viewer) -> SavedView:
    """The view of that name that the viewer has, their own first."""
    user = (
        mine.user if mine.user.pk else User.objects.filter(role=User.Role.OWNER, is_active=True).order_by("pk").first()
    )
    there = list(views_for(user)) if user else []
    found = [one for one in there if one.name == name]
    if not found:
        names = ", ".join([ALL, *dict.fromkeys(one.name for one in there)])
        raise NoSuchList(_("There is no saved list “%(name)s”. There are: %(names)s.") % {"name": name, "names": names})
    return min(found, key=lambda one: one.by_id != user.pk if user else False)


def _write(path: Path, columns: taking_away.Row, rows: Iterable[taking_away.Row], mark: str) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.touch(mode=0o600)  # people are in it: for nobody but whoever it is written for
    try:
        if path.suffix.lower() == ".csv":
            with part.open("w", encoding="utf-8", newline="") as file:
                file.writelines(taking_away.as_csv(columns, rows, mark))
        else:
            with taking_away.as_xlsx(columns, rows, mark) as book, part.open("wb") as into:
                book.seek(0)
                shutil.copyfileobj(book, into)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
