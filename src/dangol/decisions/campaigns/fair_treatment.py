"""Who would be treated by a plan and who not, group by group: counted in the database before anything is sent.

Everybody counts who could be chosen at all: not children for whom nobody agreed, not those who object to being chosen
by a program, not helpers. Chosen are those the plan takes into its lot; whom of them the lot holds out knows no group.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.utils.timezone import localdate

from dangol.decisions.campaigns.eligibility import eligible
from dangol.decisions.campaigns.fair_groups import Cells, Treatment, treatment
from dangol.decisions.segments.fields import Rule
from dangol.insight.analysis.models import Run
from dangol.records.customers.models import Customer
from dangol.records.customers.parties import no_consumers
from dangol.records.ledger.models import Interaction
from dangol.records.permission.asking import NOTHING, About, ChannelFacts
from dangol.records.permission.guardians import frozen
from dangol.records.permission.policy import home_pack
from dangol.records.rights.queries import objecting
from dangol.records.voices.models import Feedback

BEFORE = timedelta(days=365)
DECADES = (20, 30, 40, 50, 60, 70)


def fair_treatment(
    rule: Rule, *, run: Run | None, channel: ChannelFacts, at: datetime, about: About = NOTHING
) -> Treatment:
    """How a plan treats the groups of customers: three queries. Raises BadRule, NotValuedYet."""
    everybody = could_be_chosen(at)
    chosen = eligible(rule, run=run, channel=channel, at=at, about=about).filter(pk__in=everybody.values("pk"))
    people, complained = _cells(everybody, at), _cells(everybody.filter(_complained(at)), at)
    return treatment(people, _cells(chosen, at), complained, floor=settings.DANGOL.fair_floor)


def could_be_chosen(at: datetime) -> QuerySet[Customer, Any]:
    """Everybody on record a program may choose among."""
    known = Customer.objects.known()
    children = known.filter(frozen(home_pack(at).of_age_born_by(at)))
    kept_out = Q(pk__in=no_consumers(on=localdate(at))) | Q(pk__in=objecting()) | Q(pk__in=children.values("pk"))
    return known.exclude(kept_out)


def _complained(at: datetime) -> Q:
    mine, since = {"identity__customer": OuterRef("pk"), "kind": "complaint"}, at - BEFORE
    told = Interaction.objects.filter(direction=Interaction.Direction.IN, at__gt=since, at__lte=at, **mine)
    written = Feedback.objects.filter(at__gt=since, at__lte=at, **mine)
    return Q(Exists(told)) | Q(Exists(written))


def _cells(customers: QuerySet[Customer, Any], at: datetime) -> Cells:
    """People counted by everything at once: the groups of each attribute are sums of these."""
    grade = Cast(KeyTextTransform(settings.DANGOL.grade, "attributes"), CharField())
    told = customers.annotate(age_=_age(localdate(at)), grade_=Coalesce(grade, Value("")))
    rows = told.order_by().values_list("age_", "place", "gender", "line", "grade_").annotate(n=Count("pk"))
    return {tuple(str(part or "") for part in cell): number for *cell, number in rows}


def _age(today: date) -> Case:
    """The band of ten years, as the warehouse writes it; "" where the birth date is not known."""
    names = ["0-19", *(f"{start}-{start + 9}" for start in DECADES[:-1])]
    younger = [
        When(birth_date__gt=_years_before(today, end), then=Value(name))
        for end, name in zip(DECADES, names, strict=True)
    ]
    return Case(When(birth_date=None, then=Value("")), *younger, default=Value("70+"), output_field=CharField())


def _years_before(today: date, years: int) -> date:
    """Born by this day, somebody has turned so many years today."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # on 29 February
        return today.replace(year=today.year - years, day=28)
