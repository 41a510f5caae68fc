"""Whom a plan reaches: counted while it is written, drawn exactly before it is confirmed, and one real letter."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dangol.contact.delivery.parcel import Channel
from dangol.decisions.campaigns import queries
from dangol.decisions.campaigns.advertising_mark import marked
from dangol.decisions.campaigns.eligibility import ask, counts, eligible
from dangol.decisions.campaigns.merge_fields import OF_FACTS, Person, UnknownMergeField, compiled, fields_in
from dangol.decisions.campaigns.personal_facts import facts_of, shortened
from dangol.decisions.segments.queries import select
from dangol.insight.analysis.models import Run
from dangol.records.catalog.models import Offer
from dangol.records.customers import own_pages
from dangol.records.customers.models import Customer
from dangol.records.ledger.arms import Arm, arms_of
from dangol.records.permission.asking import ADVERTISING, About
from dangol.records.permission.policy import home_pack
from dangol.records.permission.queries import permitted
from dangol.web import clock
from dangol.web.campaigns import channels
from dangol.web.shell.viewer import Viewer

type Rule = dict[str, Any]


@dataclass(frozen=True)
class Reach:
    """selected = treated + held_out + Σ withheld; detectable_effect in minor units a customer, None when unknown."""

    selected: int
    treated: int
    held_out: int
    withheld: dict[str, int]
    detectable_effect: float | None = None

    @property
    def may_send(self) -> int:
        return self.treated + self.held_out

    @property
    def reasons(self) -> list[tuple[channels.Word, int]]:
        """Why people are left out, the commonest first."""
        return channels.reasons(self.withheld)


@dataclass(frozen=True)
class Letter:
    """One message as one real customer would get it; a problem instead where it cannot be written."""

    to: str
    subject: str
    body: str
    problem: str = ""


@dataclass(frozen=True)
class Unknown:
    """Of one word of a message: for so many of those who may be sent it nothing is on record, and they read this."""

    word: str
    people: int
    of: int
    reads: str


def counted(
    rule: Rule, *, run: Run | None, channel: Channel, at: datetime, about: About, holdout_share: float
) -> Reach:
    """The same without the smallest difference, which takes the warehouse: one query."""
    withheld = counts(rule, run=run, channel=channel.facts, at=at, about=about)
    may_send = withheld.pop("", 0)
    held_out = round(may_send * holdout_share)
    return Reach(may_send + sum(withheld.values()), may_send - held_out, held_out, withheld)


def expected(
    rule: Rule, *, run: Run | None, channel: Channel, at: datetime, about: About, holdout_share: float, weeks: int
) -> Reach:
    """About how many get it, while the plan is written: the arms are drawn by the final name."""
    known: dict[str, Any] = {"run": run, "channel": channel.facts, "at": at, "about": about}
    seen = queries.preview(rule, holdout_share=holdout_share, weeks=weeks, **known)
    held_out = round(seen.may_send * holdout_share)
    return Reach(seen.selected, seen.may_send - held_out, held_out, seen.withheld, seen.detectable_effect)


def drawn(
    rule: Rule, *, run: Run | None, channel: Channel, at: datetime, about: About, salt: str, holdout_share: float
) -> Reach:
    """Exactly how many get it if it is sent now, drawn by this salt."""
    asked = ask(rule, run=run, channel=channel.facts, at=at, about=about)
    arms = arms_of((one.key for one in asked.eligible), salt=salt, holdout_share=holdout_share)
    held_out = sum(arm is Arm.HELD_OUT for arm in arms)
    withheld = asked.reasons()
    return Reach(len(arms) + sum(withheld.values()), len(arms) - held_out, held_out, withheld)


def unknown(rule: Rule, *, text: str, run: Run | None, channel: Channel, at: datetime, about: About) -> list[Unknown]:
    """Of which words of the text how many who may be sent it have nothing on record, and what they read instead."""
    words = [word for word in dict.fromkeys(fields_in(text)) if any(word in spelt for spelt in OF_FACTS.values())]
    if not words:
        return []
    people = eligible(rule, run=run, channel=channel.facts, at=at, about=about)
    told, everybody = facts_of(people, text=text, at=at), people.count()
    nobody = Person("", "", "", "", "", currency=clock.home().currency)
    names = {word: name for name, spelt in OF_FACTS.items() for word in spelt}
    return [
        Unknown(f"{{{{{word}}}}}", everybody - told.known[names[word]], everybody, compiled(f"{{{{{word}}}}}")(nobody))
        for word in words
    ]  # fmt: skip


def letter(
    rule: Rule,
    *,
    run: Run | None,
    channel: Channel,
    at: datetime,
    about: About,
    offer_code: str,
    subject: str,
    body: str,
    viewer: Viewer,
) -> Letter | None:
    """The message to the first customer who may be sent it, as the viewer sees them; None where nobody may."""
    asked = permitted(select(rule, run=run), channel=channel.facts, kind=ADVERTISING, at=at, about=about)
    reachable = asked.filter(withheld="")
    found = reachable.order_by("pk").values_list("pk", "full_name", "unit__name", "address_").first()
    if found is None:
        return None
    pk, full_name, unit, address = found
    viewer.saw([pk])
    name = viewer.name_text(full_name)
    offer, home = Offer.objects.filter(code=offer_code).first(), clock.home()
    stop = own_pages.address(f"{own_pages.STOP.path}…")  # a preview gives no link away that works
    facts = facts_of(Customer.objects.filter(pk=pk), text=subject + body, at=at).of(pk)
    offers = (offer.name_ko, offer.name_en) if offer else ("", "")
    person = Person(name, unit or "", *offers, home.name, stop, facts, home.currency)
    subject, body = marked(*shortened(subject, body), channel=channel.facts, business=home.name, pack=home_pack(at))
    where = viewer.contact(channel.facts.needs, address) if channel.facts.needs and address else ""
    to = " · ".join(part for part in (name, where) if part)
    try:
        return Letter(to, compiled(subject)(person), compiled(body)(person))
    except UnknownMergeField as error:
        return Letter(to, "", "", str(error))
