"""Files that come by themselves and did not: one failed, none came in its rhythm, nobody may take them in any more."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dangol.contact.intake.regular import Standing, standings
from dangol.records.staff.roles import May
from dangol.web.shell.viewer import Viewer
from dangol.web.today.tasks import Task

SHOWN = 3


def coming(viewer: Viewer, *, at: datetime) -> list[Task]:
    """For whoever imports, by the real clock; one task at most for each profile."""
    if not (viewer.may(May.IMPORT) and viewer.scope.whole):
        return []
    return [task for one in standings(at=at) for task in _of(one)][:SHOWN]


def _of(one: Standing) -> Iterator[Task]:
    name = {"name": one.profile.name}
    if one.still:
        title, note = _("Files of “%(name)s” are not taken in") % name, one.still
    elif one.failed and one.last:
        title, note = _("A file of “%(name)s” failed") % name, f"{one.last.file_name}: {one.problem}"
    elif one.late and one.due:
        title = _("No file of “%(name)s” has come") % name
        note = _("One was expected by %(day)s.") % {"day": date_format(one.due, "DATE_FORMAT")}
    else:
        return
    yield Task(title, note, _("To its folder"), f"{reverse('import_profiles')}#profile-{one.profile.pk}", icon="warn")
