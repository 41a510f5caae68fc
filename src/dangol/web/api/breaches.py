"""The breach workspace by the API: what is known of a leak, whose data it was, letters, and what was decided."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from pydantic import AwareDatetime

from dangol.contact.delivery.queries import channels
from dangol.lib.languages import speaks
from dangol.records.staff.access import queries as log
from dangol.records.staff.breach import actions, queries
from dangol.records.staff.breach.models import Affected, Finding, Incident
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api import taking
from dangol.web.api.doors import Number, Sent, WrongValues, opened
from dangol.web.api.works import Work, told_of
from dangol.web.privacy import breach_letters, breach_tasks
from dangol.web.privacy.breach_page import KNOWN, hours_left, incident_or_404
from dangol.web.privacy.breach_people import holders, unreached
from dangol.web.shell.viewer import viewer
from dangol.web.start import work

router = Router(tags=["breaches"])

LONGEST = 4_000


class BreachFinding(Schema):
    """What is known now."""

    standing: str
    intrusion: bool
    sensitive: bool
    items: str
    course: str
    advice: str
    measures: str
    contact: str


class BreachDecision(Schema):
    kind: str
    text: str
    people: int | None
    by: str
    at: datetime


class LettersOnTheirWay(Schema):
    """How far the letters about what is known now have come."""

    people: int
    told: int
    waiting: int
    withheld: int
    unreachable: int


class Breach(Schema):
    """One incident; `hours_left` until people and the authority must be told."""

    id: int
    name: str
    aware_at: datetime
    people: int
    hours_left: int
    closed: bool
    to_tell: bool
    to_report: bool
    reasons_to_report: list[str]


class WholeBreach(Breach):
    finding: BreachFinding
    decisions: list[BreachDecision]
    letters: LettersOnTheirWay


class KnownNow(Sent):
    """What is known now; what is left empty is not known yet, and letters say so."""

    standing: Finding.Standing
    intrusion: bool = False
    sensitive: bool = False
    items: str = Field("", max_length=LONGEST)
    course: str = Field("", max_length=LONGEST)
    advice: str = Field("", max_length=LONGEST)
    measures: str = Field("", max_length=LONGEST)
    contact: str = Field("", max_length=300)


class NewBreach(KnownNow):
    """A new incident; the hours run from `aware_at`."""

    name: str = Field(max_length=120)
    aware_at: AwareDatetime


class SeenInTheLog(Sent):
    """Whose data somebody had, by the access log; with `add` they are added, without it they are counted."""

    users: list[Number] = Field([], max_length=200)
    since: AwareDatetime
    until: AwareDatetime
    verbs: list[Literal["saw", "unmasked", "took", "changed"]] = Field([], max_length=4)
    add: bool = False


class ListedPeople(Sent):
    """Whose data it was, by the customer numbers of their sources."""

    numbers: list[Annotated[str, Field(max_length=120)]] = Field(min_length=1, max_length=100_000)


class AddedPeople(Schema):
    """How many were found, how many are new, and the numbers that nobody has."""

    found: int
    new: int
    unknown: list[str]


class SendLetters(Sent):
    channel: str = Field(max_length=40)
    language: Literal["ko", "en"] = "ko"


class NewBreachDecision(Sent):
    kind: Literal["note", "reported", "spared", "posted", "closed"]
    text: str = Field("", max_length=LONGEST)


@opened(router, "GET", "/breaches", May.HANDLE_BREACH, response=list[Breach], whole=True)
def list_breaches(request: HttpRequest) -> list[Breach]:
    """Every incident, the latest first."""
    return [Breach(**_breach(_state(one))) for one in Incident.objects.order_by("-aware_at", "-pk")]


@opened(router, "POST", "/breaches", May.HANDLE_BREACH, response=WholeBreach, whole=True)
def open_breach(request: HttpRequest, told: NewBreach) -> WholeBreach:
    """Open an incident."""
    made = actions.open_incident(
        told.name, standing=told.standing, aware_at=_moment(told.aware_at, "aware_at"), by=viewer(request).user,
        at=clock.now(), law=clock.home().law, **_known(told),
    )  # fmt: skip
    return _told(made)


@opened(router, "GET", "/breaches/{number}", May.HANDLE_BREACH, response=WholeBreach, whole=True)
def get_breach(request: HttpRequest, number: Number) -> WholeBreach:
    """One incident as it stands."""
    return _told(incident_or_404(number))


@opened(router, "POST", "/breaches/{number}/finding", May.HANDLE_BREACH, response=WholeBreach, whole=True)
def record_finding(request: HttpRequest, number: Number, told: KnownNow) -> WholeBreach:
    """Write down what is known now; what was known before stays."""
    incident = incident_or_404(number)
    actions.record_finding(
        incident, standing=told.standing, by=viewer(request).user, at=clock.now(), law=clock.home().law, **_known(told)
    )
    return _told(incident)


@opened(router, "POST", "/breaches/{number}/log", May.HANDLE_BREACH, response=AddedPeople, whole=True)
def find_by_log(request: HttpRequest, number: Number, told: SeenInTheLog) -> AddedPeople:
    """Look into the access log whose data somebody had, and add them where that is wished."""
    incident = incident_or_404(number)
    since, until = _moment(told.since, "since"), _moment(told.until, "until")
    if until <= since:
        raise WrongValues({"until": _("The end lies before the beginning.")})
    people = log.people_seen(log.Wanted(since=since, until=until, users=tuple(told.users), verbs=tuple(told.verbs)))
    if not told.add:
        return AddedPeople(found=len(people), new=0, unknown=[])
    names = log.users_named()
    who = ", ".join(names.get(user, str(user)) for user in told.users)
    when = f"{since:%Y-%m-%d %H:%M} – {until:%Y-%m-%d %H:%M} UTC"
    words = " · ".join(filter(None, [who, when, ", ".join(told.verbs)]))
    new = actions.add_people(
        incident, people, how=Affected.How.LOG, text=words, by=viewer(request).user, at=clock.now()
    )
    return AddedPeople(found=len(people), new=new, unknown=[])


@opened(router, "POST", "/breaches/{number}/people", May.HANDLE_BREACH, response=AddedPeople, whole=True)
def add_people(request: HttpRequest, number: Number, told: ListedPeople) -> AddedPeople:
    """Add people by a list of customer numbers."""
    incident = incident_or_404(number)
    people, unknown = holders([one.strip() for one in dict.fromkeys(told.numbers) if one.strip()])
    new = actions.add_people(incident, people, how=Affected.How.LIST, by=viewer(request).user, at=clock.now())
    return AddedPeople(found=len(people), new=new, unknown=unknown)


@opened(router, "POST", "/breaches/{number}/send", May.HANDLE_BREACH, response=Work, whole=True)
def send_letters(request: HttpRequest, number: Number, told: SendLetters) -> Work:
    """Send letters about what is known now to everybody whom the channel reaches and who has none yet."""
    incident = incident_or_404(number)
    reaching = [name for name, channel in channels().items() if channel.facts.needs]
    if told.channel not in reaching:
        raise WrongValues({"channel": _("Choose one of these: %(choices)s.") % {"choices": ", ".join(reaching)}})
    breach_letters.written(_state(incident), language=told.language)
    key, user = breach_tasks.key_of(incident), viewer(request).user
    work.start(key, breach_tasks.send, incident.pk, user.pk, told.channel, told.language, speaks())
    return told_of(key)


@opened(router, "GET", "/breaches/{number}/send", May.HANDLE_BREACH, response=Work, whole=True)
def get_sending(request: HttpRequest, number: Number) -> Work:
    """How the sending stands."""
    return told_of(breach_tasks.key_of(incident_or_404(number)))


@opened(router, "POST", "/breaches/{number}/decisions", May.HANDLE_BREACH, response=WholeBreach, whole=True)
def decide_breach(request: HttpRequest, number: Number, told: NewBreachDecision) -> WholeBreach:
    """Write down what was done or decided; a closed incident stays closed."""
    incident = incident_or_404(number)
    now = _state(incident)
    actions.decide(
        incident, told.kind, text=told.text, finding=now.finding, law=now.law.id, by=viewer(request).user,
        at=clock.now(),
    )  # fmt: skip
    return _told(incident)


@opened(router, "POST", "/breaches/{number}/file", May.HANDLE_BREACH, response=str, whole=True, personal=True,
        file=True)  # fmt: skip
def take_unreached(request: HttpRequest, number: Number, told: taking.Take) -> HttpResponseBase:
    """Those whom no letter reached, with what is on record to reach them otherwise, with a reason."""
    return unreached(request, incident_or_404(number), taking.form(told))


def _state(incident: Incident) -> queries.State:
    return queries.state(incident, jurisdiction=clock.home().law)


def _moment(at: datetime, field: str) -> datetime:
    """A moment that every store can hold."""
    if not 1970 <= at.year <= 9000:
        raise WrongValues({field: _("Write a moment between 1970 and 9000.")})
    return at.astimezone(UTC)


def _known(told: KnownNow) -> Any:
    return {name: getattr(told, name) for name in KNOWN}


def _breach(state: queries.State) -> dict[str, Any]:
    one = state.incident
    return {
        "id": one.pk, "name": one.name, "aware_at": one.aware_at, "people": state.people,
        "hours_left": hours_left(state), "closed": state.closed, "to_tell": state.to_tell,
        "to_report": state.to_report, "reasons_to_report": list(state.report.reasons),
    }  # fmt: skip


def _told(incident: Incident) -> WholeBreach:
    state = _state(incident)
    way = breach_letters.way(state)
    return WholeBreach(
        **_breach(state), finding=BreachFinding(standing=state.finding.standing, **_known_of(state.finding)),
        decisions=[
            BreachDecision(kind=one.kind, text=one.text, people=one.people, by=str(one.by), at=one.at)
            for one in state.decisions
        ],
        letters=LettersOnTheirWay(people=way.people, told=way.told, waiting=way.waiting, withheld=way.withheld,
                        unreachable=way.unreachable),
    )  # fmt: skip


def _known_of(finding: Finding) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in KNOWN}
