"""How long what is kept, and what was destroyed, by the API."""

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Router, Schema

from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.records.rights import chain, hold, retention
from dangol.records.rights.due_dates import day_of
from dangol.records.rights.keeping_rules import Moment
from dangol.records.rights.models import Destruction
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import opened
from dangol.web.privacy.erasure import SHOWN

router = Router(tags=["keeping"])


class RetentionRule(Schema):
    """One term, by which law, and how much is due now; what `asks` waits for a person who has looked."""

    rule: str
    purpose: str
    days: int
    asks: bool
    due: int
    basis: str
    source: str


class LegalHoldRule(Schema):
    """What a law makes us keep of people who were forgotten, and for how long."""

    rule: str
    label: str
    months: int
    basis: str
    source: str


class Keeping(Schema):
    rules: list[RetentionRule]
    held: list[LegalHoldRule]


class Destroyed(Schema):
    """One erasure or one run of the rules: what went, in counts; a customer by number alone."""

    id: int
    kind: str
    at: datetime
    by: str
    reason: str
    customer: int | None
    tables: dict[str, int]


class Ledger(Schema):
    """The newest entries; `fault` is empty where the chain of all of them is whole."""

    entries: list[Destroyed]
    checked: int
    fault: str


@opened(router, "GET", "/retention", May.SEE_INVENTORY, response=Keeping, whole=True)
def get_retention(request: HttpRequest) -> Keeping:
    """Every rule with its law and what it would let go of now; nothing is touched."""
    language, now = speaks(), Moment(as_of=clock.as_of(), at=clock.now())
    return Keeping(
        rules=[
            RetentionRule(rule=one.rule.id, purpose=one.rule.purpose(language), days=one.rule.days, asks=one.rule.asks,
                 due=one.count, basis=one.rule.basis, source=one.rule.source)
            for one in retention.dry_run(now)
        ],
        held=[
            LegalHoldRule(rule=one.id, label=one.label(language), months=one.months, basis=one.basis, source=one.source)
            for one in hold.rules(_today())
        ],
    )  # fmt: skip


@opened(router, "GET", "/destructions", May.SEE_INVENTORY, response=Ledger, whole=True)
def list_destructions(request: HttpRequest) -> Ledger:
    """Who was forgotten (by number), what ran out, and whether the chain is whole."""
    rows = Destruction.objects.select_related("by").order_by("-pk")[:SHOWN]
    try:
        checked = chain.verify()
    except DangolError as problem:  # the keys are gone: the list can still be read
        checked = chain.Checked(0, str(problem))
    return Ledger(entries=list(map(_destroyed, rows)), checked=checked.lines, fault=checked.problem)


def _destroyed(one: Destruction) -> Destroyed:
    return Destroyed(
        id=one.pk, kind=one.kind, at=one.at, by=str(one.by or ""), reason=one.reason, customer=one.customer_number,
        tables=one.tables,
    )  # fmt: skip


def _today() -> date:
    return day_of(clock.now())
