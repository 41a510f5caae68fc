"""People who signed up by themselves and wait to be taken in."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.contact.intake.signing_up import waiting
from dangol.records.staff.queries import is_entry_closed
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.shell.figures import people
from dangol.web.shell.viewer import Viewer
from dangol.web.today.tasks import Task


def joined(viewer: Viewer) -> list[Task]:
    """For whoever enters customers: how many wait, of those they see."""
    enters = viewer.may(May.ENTER_CUSTOMERS) and not is_entry_closed(viewer.user, on=clock.today())
    number = waiting(viewer.scope).count() if enters else 0
    if not number:
        return []
    title = ngettext("%(people)s person has signed up", "%(people)s people have signed up", number)
    return [
        Task(
            title % {"people": people(number)}, _("Nobody is a customer before you take them in."), _("Look"),
            reverse("sign_ups"), icon="person",
        )
    ]  # fmt: skip
