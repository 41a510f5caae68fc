"""What was foreseen of purchases and does not come to pass."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from dangol.insight.analysis.rhythm.queries import asked_again, last_check
from dangol.records.staff.roles import May
from dangol.web.insight.rhythm.words import since_then
from dangol.web.shell.viewer import Viewer
from dangol.web.today.tasks import Task


def foreseen(viewer: Viewer) -> Iterator[Task]:
    """For those who see values of everybody: the newest look back says that purchases drift, and nobody asked since."""
    if not (viewer.may(May.SEE_VALUES) and viewer.scope.whole):
        return
    check = last_check()
    told = since_then(check)
    if check is None or told is None or not check.drifts or asked_again(check):
        return
    title = _("Customers buy less than was foreseen") if check.share < 0 else _("Customers buy more than was foreseen")
    yield Task(title, told["sentence"], _("Ask again"), reverse("insight_rhythm"), icon="warn")
