"""What people are told about their demands: plain letters in their language, by the outbox or on paper."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.records.outbox.actions import NewMessage, enqueue
from dangol.records.outbox.models import Message
from dangol.records.permission.asking import ChannelFacts
from dangol.records.permission.queries import may_send
from dangol.records.rights.due_dates import day_of
from dangol.records.rights.models import Request

LANGUAGES = ("ko", "en")

# What was demanded, after "you asked us".
ASKED: dict[str, str | Promise] = {
    "see": gettext_lazy("to see everything we keep about you"),
    "correct": gettext_lazy("to correct what we keep about you"),
    "stop": gettext_lazy("to stop using your data"),
    "erase": gettext_lazy("to forget you"),
    "explain": gettext_lazy("to explain a decision about you"),
    "object": gettext_lazy("to let no program decide about you"),
}
# What was done, by kind of demand.
DONE: dict[str, str | Promise] = {
    "see": gettext_lazy("Enclosed is a copy of everything we keep about you, as a file and to be read."),
    "correct": gettext_lazy("We corrected what you told us."),
    "stop": gettext_lazy("We no longer write to you, and no longer decide about you by automated means."),
    "erase": gettext_lazy(
        "We erased your data. What a law makes us keep lies apart, closed, and is destroyed when its term ends."
    ),
    "explain": gettext_lazy("Enclosed is how the decision came about, from which data, and who looked at it again."),
    "object": gettext_lazy("From now on a person decides in your case, not a program."),
}
# Where to complain in Korea, as the authorities publish it.
APPEALS_KR: tuple[str | Promise, ...] = (
    gettext_lazy("Personal Information Infringement Report Center: call 118, privacy.kisa.or.kr"),
    gettext_lazy("Personal Information Dispute Mediation Committee: call 1833-6972, kopico.go.kr"),
)
APPEALS: tuple[str | Promise, ...] = (gettext_lazy("The data protection authority of your country"),)


@dataclass(frozen=True)
class Letter:
    """One answer, in the language of the request."""

    subject: str
    body: str


def received(request: Request) -> Letter:
    """That the demand came in, and by when it is answered."""
    with _in(request):
        return _letter(request, _("We received your request"), [
            _asked(request),
            _("You have our answer by %(day)s at the latest.") % {"day": _day(request.due_on)},
        ])  # fmt: skip


def done(request: Request, *, words: str = "") -> Letter:
    """That it was done, and what."""
    with _in(request):
        return _letter(request, _("Your request is done"), [
            _asked(request),
            str(DONE[request.kind]), words,
        ])  # fmt: skip


def delayed(request: Request, *, reason: str, until: date) -> Letter:
    """That it takes longer: why, until when, and where to complain."""
    with _in(request):
        return _letter(request, _("Your request takes longer"), [
            _asked(request),
            _("We cannot answer in time: %(reason)s") % {"reason": reason},
            _("You have our answer by %(day)s at the latest.") % {"day": _day(until)}, _appeal(),
        ])  # fmt: skip


def refused(request: Request, *, reason: str) -> Letter:
    """That it is refused: why, and where to complain."""
    with _in(request):
        return _letter(request, _("We cannot do what you asked"), [
            _asked(request),
            _("We cannot do this: %(reason)s") % {"reason": reason}, _appeal(),
        ])  # fmt: skip


def send(letter: Letter, request: Request, *, state: str, channels: Sequence[ChannelFacts], at: datetime) -> str:
    """Put the letter into the outbox of the first channel that may and can reach the person; its name, "" for none."""
    identity = request.customer.identities.order_by("pk").values_list("pk", flat=True).first()
    if identity is None:
        return ""
    for channel in channels:
        asked = may_send(request.customer_id, channel=channel, kind=Message.Kind.INFORMATIONAL, at=at)
        if channel.needs is None or not asked.allowed:
            continue
        ref = f"request:{request.pk}"
        enqueue(
            [NewMessage(
                key=f"{ref}:{state}:{request.steps.count()}", identity_id=identity, source_ref=ref,
                channel=channel.name, kind=Message.Kind.INFORMATIONAL.value, address="", subject=letter.subject,
                body=letter.body,
            )], at=at,
        )  # fmt: skip
        return channel.name
    return ""


@contextmanager
def _in(request: Request) -> Iterator[None]:
    with translation.override(request.language):
        yield


def _letter(request: Request, subject: str, parts: Sequence[str]) -> Letter:
    home = settings.DANGOL.name or _("our shop")
    name = request.customer.full_name
    greeting = _("Dear %(name)s,") % {"name": name} if name else _("Dear customer,")
    number = _("Request no. %(number)s") % {"number": request.pk}
    return Letter(f"[{home}] {subject}"[:200], "\n\n".join([greeting, *filter(None, parts), f"{home}\n{number}"]))


def _asked(request: Request) -> str:
    told = {"day": _day(day_of(request.received_at)), "what": ASKED[request.kind]}
    return _("On %(day)s you asked us %(what)s.") % told


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def _appeal() -> str:
    ways = APPEALS_KR if settings.DANGOL.law == "kr" else APPEALS
    lines = "\n".join(f"- {way}" for way in ways)
    return _("You can ask us again, or complain here:") + "\n" + lines
