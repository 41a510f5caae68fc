"""Panels: opened, whom somebody invited, who joined and left, and the sessions with who took part."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import IntegrityError
from django.db.models import QuerySet
from django.db.transaction import atomic
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.decisions.care.models import CareStep, Panel, PanelSession, PanelStep
from dangol.lib.errors import DangolError
from dangol.lib.resident_numbers import masked
from dangol.records.catalog.models import Category
from dangol.records.customers.actions import own_identity
from dangol.records.customers.forgetting import hold
from dangol.records.customers.models import Customer, Identity
from dangol.records.ledger.contacts import Contact, unsay_contact, write_contact
from dangol.records.ledger.models import Interaction
from dangol.records.staff.models import User
from dangol.records.staff.queries import refuse_closed_entry
from dangol.records.staff.scope import Scope

Kind = PanelStep.Kind
LONGEST_NAME, LONGEST_TOPIC, LONGEST = 120, 200, 300


class CannotSit(DangolError):
    """A panel, a step or a session that cannot be so; the message says why."""


@dataclass(frozen=True)
class Session:
    """What is told of a session; who: customers who took part."""

    kind: str
    on: date
    topic: str
    outcome: str = ""
    about: Category | None = None
    who: Collection[int] = ()


@dataclass(frozen=True)
class Member:
    """Somebody of the roster by the last step; took_part: sessions."""

    last: PanelStep
    took_part: int = 0

    @property
    def customer(self) -> Customer:
        """Who it is."""
        return self.last.identity.customer


@atomic
def open_panel(*, name: str, aim: str, since: date, by: User, at: datetime, today: date) -> Panel:
    """Open a panel. Raises CannotSit, EntryClosed."""
    refuse_closed_entry(by, on=today)
    called = _plain(name, LONGEST_NAME)
    if not called:
        raise CannotSit(_("Give the panel a name."))
    try:
        with atomic():
            return Panel.objects.create(name=called, aim=_plain(aim, LONGEST), since=since, made_by=by, made_at=at)
    except IntegrityError as error:
        raise CannotSit(_("There is a panel “%(name)s” already.") % {"name": called}) from error


@atomic
def step(
    panel: Panel, customer: Customer, *, kind: str, on: date, by: User, at: datetime, today: date, reason: str = "",
    came_by: CareStep | None = None,
) -> PanelStep:  # fmt: skip
    """Say that somebody was invited, joined or left. Raises CannotSit, EntryClosed, ForgottenMeanwhile."""
    refuse_closed_entry(by, on=today)
    hold(customer.pk)
    if kind not in Kind.values:
        raise CannotSit(_("Somebody is invited, joins or leaves."))
    if on > today:
        raise CannotSit(_("Nothing can have happened on a day to come."))
    last = PanelStep.objects.filter(panel=panel, identity__customer=customer).order_by("-pk").first()
    now = last.kind if last else ""
    if now == kind or (kind == Kind.LEFT and now == ""):
        raise CannotSit(_("It stands so already: look at the panel again."))
    if kind == Kind.INVITED and now == Kind.JOINED:
        raise CannotSit(_("They are in the panel already."))
    return PanelStep.objects.create(
        panel=panel, identity=own_identity(customer, at=at), kind=kind, on=on, reason=_plain(reason, LONGEST),
        step=came_by, by=by, at=at,
    )  # fmt: skip


def unsay_step(came_by: CareStep) -> None:
    """What came by this step of a task was a slip and goes, unless they took part or something else came since."""
    for one in PanelStep.objects.filter(step=came_by).select_related("panel", "identity"):
        who = one.identity.customer_id
        later = PanelStep.objects.filter(panel=one.panel, identity__customer=who, pk__gt=one.pk)
        if not later.exists() and all(each.identity.customer_id != who for each in _parts(one.panel.sessions.all())):
            one.delete()


@atomic
def hold_session(panel: Panel, told: Session, *, scope: Scope, by: User, at: datetime, today: date) -> PanelSession:
    """Write a session down; taking part becomes a contact of each. Raises CannotSit, EntryClosed."""
    refuse_closed_entry(by, on=today)
    topic = _plain(told.topic, LONGEST_TOPIC)
    if not topic:
        raise CannotSit(_("Write down what it was about."))
    if told.kind not in PanelSession.Kind.values:
        raise CannotSit(_("It was a sitting of the panel, or work on a product together."))
    if told.on > today:
        raise CannotSit(_("Nothing can have happened on a day to come."))
    known = {one.customer.pk: one.last.identity_id for one in roster(panel, scope) if one.last.kind == Kind.JOINED}
    if not told.who or not set(told.who) <= set(known):
        raise CannotSit(_("Choose who took part, of those who joined."))
    made = PanelSession.objects.create(
        panel=panel, kind=told.kind, on=told.on, topic=topic, outcome=_plain(told.outcome, LONGEST), about=told.about,
        made_by=by, made_at=at,
    )  # fmt: skip
    words = " — ".join(filter(None, (panel.name, topic, told.about.name if told.about else "")))
    when = min(timezone.make_aware(datetime.combine(told.on, time(12))), at)
    for customer in sorted(set(told.who)):
        hold(customer)
        write_contact(
            Contact(known[customer], made.source_ref, told.kind, Interaction.Direction.IN, text=words), at=when
        )
    return made


@atomic
def unsay_session(session: PanelSession, *, by: User, at: datetime, today: date) -> None:
    """It was written down by a slip: it goes, and with it that anybody took part. Raises EntryClosed."""
    refuse_closed_entry(by, on=today)
    for contact in _parts([session]):
        unsay_contact(contact.identity_id, contact.source_ref, at=at)
    session.delete()


def roster(panel: Panel, scope: Scope) -> list[Member]:
    """Everybody who was ever in it or invited and whom somebody sees, by the last step; those who joined first."""
    seen = panel.steps.filter(scope.within("identity__customer__unit"), identity__customer__erased_at=None)
    last: dict[int, PanelStep] = {}
    for one in seen.select_related("identity__customer").order_by("pk"):
        last[one.identity.customer_id] = one
    times: dict[int, int] = {}
    for contact in _parts(panel.sessions.all()):
        times[contact.identity.customer_id] = times.get(contact.identity.customer_id, 0) + 1
    order = {Kind.JOINED: 0, Kind.INVITED: 1, Kind.LEFT: 2}
    found = [Member(one, times.get(customer, 0)) for customer, one in last.items()]
    return sorted(found, key=lambda one: (order[Kind(one.last.kind)], one.last.pk))


def sessions_of(panel: Panel) -> list[tuple[PanelSession, list[int]]]:
    """The sessions, the newest first, with the ids of customers who took part."""
    found = list(panel.sessions.select_related("about", "made_by").order_by("-on", "-pk"))
    who: dict[str, list[int]] = {}
    for contact in _parts(found):
        who.setdefault(contact.source_ref, []).append(contact.identity.customer_id)
    return [(one, who.get(one.source_ref, [])) for one in found]


def panels_of(customer_id: int) -> list[PanelStep]:
    """How somebody stands with each panel they were ever in or invited to: the last step of each."""
    steps = PanelStep.objects.filter(identity__customer=customer_id).select_related("panel").order_by("pk")
    return list({one.panel_id: one for one in steps}.values())


def panels() -> QuerySet[Panel]:
    """Every panel, the newest first."""
    return Panel.objects.order_by("-since", "-pk")


def joined(panels: Iterable[Panel]) -> dict[int, int]:
    """How many are in each panel now."""
    last: dict[tuple[int, int], str] = {}
    rows = PanelStep.objects.filter(panel__in=list(panels)).order_by("pk")
    for panel, customer, kind in rows.values_list("panel", "identity__customer", "kind"):
        last[panel, customer] = kind
    counts: dict[int, int] = {}
    for (panel, _customer), kind in last.items():
        counts[panel] = counts.get(panel, 0) + (kind == Kind.JOINED)
    return counts


def _parts(sessions: Iterable[PanelSession]) -> Sequence[Interaction]:
    """Who took part, looked for among those of the panels alone: the ledger is found by person."""
    refs = {one.source_ref: one.panel_id for one in sessions}
    people = Identity.objects.filter(panel_steps__panel__in=set(refs.values()))
    kinds = PanelSession.Kind.values
    told = Interaction.objects.filter(identity__in=people.values("pk"), kind__in=kinds, source_ref__in=list(refs))
    return list(told.select_related("identity"))


def _plain(text: str, longest: int) -> str:
    words = masked(" ".join(text.replace("\0", "").split()))
    if len(words) > longest:
        raise CannotSit(_("Say it in at most %(most)s letters.") % {"most": f"{longest:,}"})
    return words
