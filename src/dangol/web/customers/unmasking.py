"""What is shown on request alone, leaving a trace: the front door's code, and a person to who sees them masked."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.lib.sealing import unseal
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.web.customers import profile_page
from dangol.web.customers.seen import person_or_404
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer

SHORTEST = 4
LONGEST = 200


@require_POST
@needs(May.SEE_PERSON, personal=True)
def customer_entrance(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Show the code of the front door, in this answer alone."""
    person = person_or_404(request, customer_id)
    return profile_page.shown(
        request, person, lambda: unseal(person.entrance_sealed), reason=_("The entrance code"), at="entrance"
    )


@require_POST
@needs(May.UNMASK, personal=True)
def customer_unmask(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Show one person as they are, in this answer alone, once it was said what for."""
    person, mine = person_or_404(request, customer_id), viewer(request)
    reason = request.POST.get("reason", "").strip()[:LONGEST]
    if len(reason) < SHORTEST:
        return profile_page.page(request, person, unmask_problem=_("Say what you need it for."), status=422)
    mine.note(Verb.UNMASKED, reason=reason, subjects=[person.pk])
    mine.unmasked.add(person.pk)
    return profile_page.page(request, person)
