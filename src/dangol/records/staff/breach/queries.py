"""How an incident stands: what is known, by when whom to tell, and what of it is done."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.records.staff.breach.laws import Law, law_on
from dangol.records.staff.breach.models import Affected, Decision, Finding, Incident

Standing = Finding.Standing


@dataclass(frozen=True)
class Report:
    """Whether the authority must be told, and why. Of a leak that is only possible: whether it would have to be."""

    due: bool
    once_certain: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Clock:
    """The time from becoming aware to the last moment."""

    aware_at: datetime
    warn_at: datetime
    ends_at: datetime

    def left(self, at: datetime) -> timedelta:
        """How much is left; below nothing when it is over."""
        return self.ends_at - at

    def hours_left(self, at: datetime) -> int:
        """Whole hours left, rounded down."""
        return self.left(at) // timedelta(hours=1)


def report(finding: Finding, people: int, law: Law) -> Report:
    """Whether this must be reported, by each of the rules."""
    reasons = []
    if people >= law.report_from_people:
        told = ngettext("At least %(n)s person is affected.", "At least %(n)s people are affected.", people)
        reasons.append(told % {"n": f"{law.report_from_people:,}"})
    if finding.sensitive and law.report_if_sensitive:
        reasons.append(_("Sensitive data or numbers given out by law are among them."))
    if finding.intrusion and law.report_if_intrusion:
        reasons.append(_("Somebody from outside got in without right."))
    certain = finding.standing == Standing.CERTAIN
    possible = finding.standing == Standing.POSSIBLE
    return Report(bool(reasons) and certain, bool(reasons) and possible, tuple(reasons))


@dataclass(frozen=True)
class State:
    """An incident as a whole, read once."""

    incident: Incident
    finding: Finding
    decisions: tuple[Decision, ...]
    people: int
    law: Law

    @cached_property
    def clock(self) -> Clock:
        aware = self.incident.aware_at
        return Clock(aware, aware + self.law.warning, aware + self.law.time)

    @cached_property
    def report(self) -> Report:
        return report(self.finding, self.people, self.law)

    @property
    def closed(self) -> bool:
        return self._last(Decision.Kind.CLOSED) is not None

    @property
    def reported(self) -> Decision | None:
        """The report to the authority, or the decision that none is needed."""
        return self._last(Decision.Kind.REPORTED, Decision.Kind.SPARED)

    @property
    def told_of(self) -> Decision | None:
        """The letters or the posting about what is known now."""
        kinds = (Decision.Kind.LETTERS, Decision.Kind.POSTED)
        return next((one for one in self.decisions if one.kind in kinds and one.finding_id == self.finding.pk), None)

    @property
    def told_before(self) -> tuple[Decision, ...]:
        """The letters about what was known earlier, newest first."""
        kinds = (Decision.Kind.LETTERS, Decision.Kind.POSTED)
        return tuple(one for one in self.decisions if one.kind in kinds and one.finding_id != self.finding.pk)

    @property
    def must_tell(self) -> bool:
        """Whether people must be told of what is known now."""
        if self.finding.standing == Standing.CERTAIN:
            return True
        if self.finding.standing == Standing.POSSIBLE:
            return self.law.tell_of_possible
        return bool(self.told_before)  # who was worried by us hears that it was nothing

    @property
    def to_tell(self) -> bool:
        """Whether telling people is still to be done."""
        return not self.closed and self.must_tell and self.told_of is None

    @property
    def to_report(self) -> bool:
        """Whether telling the authority is still to be done."""
        return not self.closed and self.report.due and self.reported is None

    def alarm(self, at: datetime) -> bool:
        """Whether the time to tell is running out, or has."""
        return (self.to_tell or self.to_report) and at >= self.clock.warn_at

    def _last(self, *kinds: str) -> Decision | None:
        return next((one for one in self.decisions if one.kind in kinds), None)


def state(incident: Incident, *, jurisdiction: str) -> State:
    """How an incident stands, by the law of the day on which we became aware."""
    finding = incident.findings.select_related("by").latest("pk")
    decisions = tuple(incident.decisions.select_related("by").order_by("-pk"))
    law = law_on(localdate(incident.aware_at), jurisdiction=jurisdiction)
    return State(incident, finding, decisions, incident.affected.count(), law)


def still_open() -> QuerySet[Incident]:
    """Incidents that are not closed, the most pressing first."""
    closed = Decision.objects.filter(incident=OuterRef("pk"), kind=Decision.Kind.CLOSED)
    return Incident.objects.filter(~Exists(closed)).order_by("aware_at", "pk")


def pressing(*, jurisdiction: str) -> list[State]:
    """Incidents in which somebody is still to be told, the most pressing first."""
    found = (state(incident, jurisdiction=jurisdiction) for incident in still_open())
    return [one for one in found if one.to_tell or one.to_report]


def affected(incident: Incident) -> QuerySet[Affected]:
    """Whose data it was, by number."""
    return incident.affected.order_by("customer")
