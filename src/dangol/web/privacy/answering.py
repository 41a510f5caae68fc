"""Doing what was demanded, for pages and programs alike: nothing is done to a demand that is answered already."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from dangol.records.rights import actions, correction, erasure
from dangol.records.rights.bundle import Bundle, bundle
from dangol.records.rights.letters import Letter
from dangol.records.rights.models import Request
from dangol.records.rights.queries import Standing
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.models import User
from dangol.web.privacy.requests import facts
from dangol.web.shell.viewer import Viewer


def take_out(standing: Standing, *, language: str, reason: str, by: Viewer, at: datetime) -> Bundle:
    """Everything we keep about the person, once it is sure who asks; who took it and why is written down.

    Raises CannotAnswer, NoSuchPerson, KeyLost.
    """
    _refuse_unsure(standing)
    customer_id = standing.request.customer_id
    found = bundle(customer_id, language=language, at=at)
    by.note(Verb.TOOK, reason=reason, subjects=[customer_id], on_behalf=standing.on_behalf)
    return found


def correct(standing: Standing, changes: Mapping[str, str], *, by: User, at: datetime) -> dict[str, list[str]]:
    """Write what is right in the place of what is wrong: column → [before, after]. Raises CannotAnswer, CannotCorrect,
    Unfit."""
    actions.refuse_closed(standing.request, at=at)
    _refuse_unsure(standing)
    return correction.correct(standing.request, changes=changes, by=by, at=at)


def stop(standing: Standing, *, by: User, at: datetime) -> int:
    """Stop everything, or deciding without a person, and close the demand; how many messages were kept back.

    Stopping needs no proof of who asks: it takes nothing away from anybody. Raises CannotAnswer.
    """
    one, kept = standing.request, 0
    actions.refuse_closed(one, at=at)
    if one.kind == Request.Kind.STOP:
        kept = correction.stop(one, by=by, at=at)
    elif one.kind == Request.Kind.OBJECT:
        correction.object_to_automation(one, by=by, at=at)
    else:
        raise actions.CannotAnswer(_("This demand asks for something else."))
    actions.finish(one, channels=facts(), by=by, at=at, sure=False)
    return kept


def erase(standing: Standing, *, number: str, by: User, at: datetime) -> tuple[erasure.Erased, Letter]:
    """Forget the person; `number` is theirs, written once more to confirm. Raises CannotAnswer, NobodyThere."""
    one = standing.request
    actions.refuse_closed(one, at=at)
    if one.kind != Request.Kind.ERASE:
        raise actions.CannotAnswer(_("This demand asks for something else."))
    if number.strip() != str(one.customer_id):
        raise actions.CannotAnswer(_("Write the customer number %(number)s to confirm.") % {"number": one.customer_id})
    return erasure.erase_for(one, by=by, at=at)


def _refuse_unsure(standing: Standing) -> None:
    if not standing.checked:
        raise actions.CannotAnswer(_("First make sure who asks, and write down how."))
