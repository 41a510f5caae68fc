"""What a person demands of us behind their link: each is a request with its last day, done at once where it can be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _

from dangol.contact.delivery.queries import channels
from dangol.lib.languages import speaks
from dangol.records.permission.actions import opt_out
from dangol.records.permission.asking import ChannelFacts
from dangol.records.permission.models import Suppression
from dangol.records.rights import actions, correction, queries
from dangol.records.rights.models import Request
from dangol.records.staff.scope import WHOLE
from dangol.web.public import choosing, limits, sending
from dangol.web.public.choosing import alone
from dangol.web.public.identity import Sure
from dangol.web.public.pages import Visitor

DAY = timedelta(days=1)


def answered(me: Visitor, sure: Sure) -> None:
    """Write down that the person was shown everything: once a day, however often they look."""
    with alone(me):
        lately = Request.objects.filter(
            customer=me.customer, kind=Request.Kind.SEE, way=Request.Way.WEB, received_at__gt=me.at - DAY
        )
        if lately.exists():
            return
        request = _taken(me, Request.Kind.SEE)
        actions.make_sure(request, how=sure.how, by=None, at=me.at)
        actions.finish(request, by=None, at=me.at)


def correct(me: Visitor, sure: Sure, changes: dict[str, str]) -> dict[str, list[str]]:
    """Put right what is the person's own to say; what was changed. Raises CannotCorrect."""
    limits.take("demands", me.customer.pk)
    with alone(me):
        if not any(correction.standing_values(me.customer).get(name) != value for name, value in changes.items()):
            return {}
        request = _taken(me, Request.Kind.CORRECT)
        actions.make_sure(request, how=sure.how, by=None, at=me.at)
        changed = correction.correct(request, changes=changes, by=None, at=me.at)
        actions.finish(request, channels=_facts(), by=None, at=me.at)
    sending.carry_now.enqueue()
    return changed


def ask(me: Visitor, sure: Sure, kind: str, wish: str) -> Request:
    """Demand something that somebody of the staff has to look at; the same demand in the same words waits once."""
    limits.take("demands", me.customer.pk)
    with alone(me):
        waiting = queries.still_open(queries.requests(WHOLE)).filter(customer=me.customer, kind=kind, wish=wish.strip())
        same: Request | None = waiting.first()
        if same is not None:
            return same
        request = _taken(me, kind, wish=wish, channels=_facts())
        actions.make_sure(request, how=sure.how, by=None, at=me.at)
    sending.carry_now.enqueue()
    return request


def stop(me: Visitor) -> None:
    """Stop everything at once; it takes nothing from anybody, so nobody has to prove who they are."""
    limits.take("demands", me.customer.pk)
    with alone(me):
        if stopped(me) is not None:
            return
        request = _taken(me, Request.Kind.STOP)
        correction.stop(request, by=None, at=me.at)
        actions.finish(request, by=None, at=me.at, sure=False)


def stopped(me: Visitor) -> Suppression | None:
    """The order to contact the person by no way at all, if one stands."""
    return next((block for block in choosing.blocks(me) if not block.channel), None)


def object_to_automation(me: Visitor) -> None:
    """From the next run on a person decides."""
    limits.take("demands", me.customer.pk)
    with alone(me):
        if me.customer.pk in set(queries.objecting().filter(customer=me.customer)):
            return
        request = _taken(me, Request.Kind.OBJECT)
        correction.object_to_automation(request, by=None, at=me.at)
        actions.finish(request, by=None, at=me.at, sure=False)


def erase(me: Visitor, sure: Sure) -> Request:
    """Demand to be forgotten: advertising ends at once, the rest by the last day; until then it can be taken back."""
    limits.take("demands", me.customer.pk)
    with alone(me):
        if (waiting := erasing(me)) is not None:
            return waiting
        request = _taken(me, Request.Kind.ERASE, channels=_facts())
        actions.make_sure(request, how=sure.how, by=None, at=me.at)
        opt_out(me.customer, **choosing.proof(me))
    sending.carry_now.enqueue()
    return request


def erasing(me: Visitor) -> Request | None:
    """The demand to be forgotten that waits, if there is one."""
    waiting: Request | None = (
        queries.still_open(queries.requests(WHOLE)).filter(customer=me.customer, kind=Request.Kind.ERASE).first()
    )
    return waiting


def take_back(me: Visitor, number: int) -> bool:
    """Take back a demand of one's own that still waits; whether it did."""
    limits.take("demands", me.customer.pk)
    with alone(me):
        waiting = queries.still_open(queries.requests(WHOLE)).filter(customer=me.customer, pk=number).first()
        if waiting is None:
            return False
        actions.withdraw(waiting, note=_("Taken back by the person on their own page."), by=None, at=me.at)
    return True


def _taken(me: Visitor, kind: str, *, wish: str = "", channels: Sequence[ChannelFacts] = ()) -> Request:
    return actions.take_in(
        me.customer, kind=kind, way=Request.Way.WEB, wish=wish, language=speaks(), channels=channels, by=None, at=me.at
    )


def _facts() -> list[ChannelFacts]:
    return [one.facts for one in channels().values() if one.facts.needs is not None]
