"""The end of an alliance: a partner's data set leaves everybody, with the rows of its files that were left out."""

from datetime import datetime

from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.contact.intake.forgetting import let_go_of
from dangol.contact.intake.models import Batch
from dangol.lib.errors import DangolError
from dangol.lib.resident_numbers import masked
from dangol.records.customers.models import PartnerDetail, PartnerSet
from dangol.records.customers.partners import take_off
from dangol.records.rights import chain
from dangol.records.rights.models import Destruction
from dangol.records.staff.models import User

SHORTEST_REASON = 4


class CannotEnd(DangolError):
    """Nobody said why."""


@atomic
def end(ending: PartnerSet, *, reason: str, by: User | None, at: datetime) -> Destruction:
    """Take a data set off everybody and write it into the destruction ledger, or do nothing.

    A backup from before does not bring it back (`end_again`). Raises CannotEnd, EndedAlready.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise CannotEnd(_("Say why the alliance ends: it stands in the destruction ledger."))
    details = take_off(ending, by=by, at=at)
    refused = let_go_of(Batch.objects.filter(partner_set=ending))
    counts = {PartnerDetail._meta.label: details, "intake.Reject": refused}
    return chain.write(
        kind=Destruction.Kind.ALLIANCE, mark=ending.key, tables={name: n for name, n in counts.items() if n},
        reason=f"{ending}: {masked(reason.strip())}", by=by, at=at,
    )  # fmt: skip


def end_again(*, at: datetime) -> int:
    """End what the ledger's file says has ended and a restored backup still has; how many data sets.

    Call it before anybody works with restored records. Safe to be killed and called again.
    """
    ended = {told["mark"]: told["reason"] for told in chain.lines() if told["kind"] == Destruction.Kind.ALLIANCE}
    back = [one for one in PartnerSet.objects.filter(ended_at=None) if one.key in ended]
    for one in back:
        end(one, reason=_("Came back with a backup"), by=None, at=at)
    return len(back)
