"""How long what is kept: the rules, what would go now, what went."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dangol.lib.languages import speaks
from dangol.records.rights import erasure, retention
from dangol.records.rights.keeping_rules import Moment
from dangol.records.rights.models import Destruction
from dangol.records.staff.models import User
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.shell.gate import needs
from dangol.web.shell.once import by_itself
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import viewer
from dangol.web.start import daily

RUNS = 20


@needs(May.SEE_INVENTORY, whole=True)
@require_safe
def privacy_retention(request: HttpRequest) -> HttpResponse:
    """Every rule with its law and what it would let go of now, and the last runs."""
    language = speaks()
    due = [(one, one.rule.purpose(language)) for one in retention.dry_run(_now())]
    runs = Destruction.objects.filter(kind=Destruction.Kind.RETENTION).select_related("by").order_by("-pk")[:RUNS]
    context = {
        "due": due, "asking": [one for one, _purpose in due if one.rule.asks and one.count],
        "looked": daily.last_done("retention"),
        "runs": [(run, list(erasure.names_of(run.tables))) for run in runs],
    }  # fmt: skip
    return render(request, "privacy/retention.html", context)


@by_itself
@require_POST
@needs(May.CHANGE_SETTINGS, whole=True)
def privacy_retention_run(request: HttpRequest) -> HttpResponse:
    """Let go of everything that is due, those included that ask."""
    run = retention.run(_now(by=viewer(request).user), agreed=True)
    daily.count_waiting(_now())
    toast(request, _("%(n)s rows went.") % {"n": sum(run.tables.values())} if run else _("Nothing was due."))
    return redirect("privacy_retention")


def _now(*, by: User | None = None) -> Moment:
    return Moment(as_of=clock.as_of(), at=clock.now(), by=by)
