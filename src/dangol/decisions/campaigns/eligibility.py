"""Who may be sent a campaign: asked before anybody is assigned, so that refusals thin out both arms alike."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils.timezone import localdate

from dangol.decisions.segments.fields import Rule
from dangol.decisions.segments.queries import select
from dangol.insight.analysis.models import Run
from dangol.records.customers.models import Customer, Identity
from dangol.records.customers.parties import no_consumers
from dangol.records.ledger.arms import standing_for
from dangol.records.permission.asking import ADVERTISING, NOTHING, About, ChannelFacts
from dangol.records.permission.queries import permitted
from dangol.records.rights.queries import objecting

NO_IDENTITY = "no_identity"
OBJECTED = "objected"  # does not want to be chosen without a person
HELPER = "helper"  # sells, delivers or works for the business, and does not buy for themselves


@dataclass(frozen=True, slots=True)
class Candidate:
    """One selected customer by the one identity that stands for the person; `withheld` is "" when eligible.

    ground: why an eligible one may be sent the campaign.
    """

    identity_id: int
    key: str
    withheld: str
    address: str
    name: str
    unit: str
    ground: str = ""
    customer_id: int = 0


@dataclass(frozen=True)
class Asked:
    """Selected customers who can be assigned or withheld, by key, and how many have no identity to do it by."""

    candidates: list[Candidate]
    without_identity: int

    @property
    def eligible(self) -> list[Candidate]:
        """Those who may be sent the campaign."""
        return [one for one in self.candidates if not one.withheld]

    @property
    def refused(self) -> list[Candidate]:
        """Those who may not, each with the reason."""
        return [one for one in self.candidates if one.withheld]

    def reasons(self) -> dict[str, int]:
        """How many are withheld, by reason."""
        counts = Counter(one.withheld for one in self.refused)
        return dict(counts) | ({NO_IDENTITY: self.without_identity} if self.without_identity else {})


def ask(rule: Rule, *, run: Run | None, channel: ChannelFacts, at: datetime, about: About = NOTHING) -> Asked:
    """Ask permission for everybody the rule selects: two queries, whatever their number. Raises BadRule."""
    selected = select(rule, run=run)
    identities = standing_for(selected)
    asked = permitted(selected, channel=channel, kind=ADVERTISING, at=at, about=about)
    columns = ("pk", "kept_", "address_", "full_name", "unit__name", "ground_")
    rows: list[Any] = list(asked.annotate(kept_=_kept_out(at)).values_list(*columns))
    candidates = [
        Candidate(*identities[pk], withheld, to or "", name, unit or "", ground, pk)
        for pk, withheld, to, name, unit, ground in rows
        if pk in identities
    ]
    candidates.sort(key=lambda one: one.key)
    return Asked(candidates, len(rows) - len(candidates))


def counts(
    rule: Rule, *, run: Run | None, channel: ChannelFacts, at: datetime, about: About = NOTHING
) -> dict[str, int]:
    """How many selected customers may be sent ("") or are withheld, by reason, counted in the database."""
    asked = picked(rule, run=run, channel=channel, at=at, about=about)
    rows: Iterable[Any] = asked.values_list("kept_", "known").annotate(n=Count("pk"))
    found: Counter[str] = Counter()
    for reason, has_identity, number in rows:
        found[reason if has_identity else NO_IDENTITY] += number
    return dict(found)


def eligible(
    rule: Rule, *, run: Run | None, channel: ChannelFacts, at: datetime, about: About = NOTHING
) -> QuerySet[Customer, Any]:
    """Those the rule selects who may be sent it: they are who the lot is drawn among. Raises BadRule, NotValuedYet."""
    asked = picked(rule, run=run, channel=channel, at=at, about=about)
    found: QuerySet[Customer, Any] = asked.filter(kept_="", known=True)
    return found


def picked(rule: Rule, *, run: Run | None, channel: ChannelFacts, at: datetime, about: About = NOTHING) -> Any:
    """Those the rule selects, each with why they may not be sent it (`kept_`, "" where they may) and whether they can
    be assigned (`known`). Raises BadRule, NotValuedYet.
    """
    asked = permitted(select(rule, run=run), channel=channel, kind=ADVERTISING, at=at, about=about)
    return asked.annotate(known=Exists(Identity.objects.filter(customer=OuterRef("pk"))), kept_=_kept_out(at))


def _kept_out(at: datetime) -> Case:
    """Why a customer may not be sent it: for want of permission, or because they are not for a program to choose."""
    helps = Exists(no_consumers(on=localdate(at)).filter(customer=OuterRef("pk")))
    objects = Exists(objecting().filter(customer=OuterRef("pk")))
    return Case(
        When(~Q(withheld=""), then=F("withheld")), When(helps, then=Value(HELPER)), When(objects, then=Value(OBJECTED)),
        default=Value(""),
    )  # fmt: skip
