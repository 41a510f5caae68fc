"""The best customers who get less than they expect, and those left out who complain."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.expectation.queries import expectation_of
from dangol.web.relationship.expectation import words
from dangol.web.shell.figures import people
from dangol.web.today.tasks import Task


def unmet(run: Run | None) -> Iterator[Task]:
    """From the newest valuation; for those who see values of everybody alone."""
    found = expectation_of(run) if run else None
    if found is None or not (found.best_below or found.upset):
        return
    if found.best_below:
        title = ngettext(
            "%(people)s of the best customers gets less than they expect",
            "%(people)s of the best customers get less than they expect",
            found.best_below,
        ) % {"people": people(found.best_below)}
        note = words.upset(found) if found.upset else _("See why: surveys, complaints, late deliveries, returns.")
    else:
        title, note = _("Customers who were left out complain"), words.upset(found)
    yield Task(title, note, _("See who and why"), reverse("expectation"), icon="warn")
