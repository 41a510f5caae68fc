"""How long what is kept: dated rules as data, and for each `what` a room that counts and clears it.

Business times are the home's clock, which in a demo stands still; uploads and the access log go by the real one.
"""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from dangol.records.customers.models import Customer
from dangol.records.ledger.models import Interaction, Note, Transaction
from dangol.records.outbox.models import Message
from dangol.records.permission.models import Consent
from dangol.records.rights import hold
from dangol.records.rights.due_dates import day_of
from dangol.records.rights.erasure import erase
from dangol.records.rights.models import Request
from dangol.records.staff.access import chain, store
from dangol.records.staff.models import User

RULES = Path(__file__).with_name("retention.toml")


@dataclass(frozen=True)
class Moment:
    """`as_of` is the home's clock, `at` the real one, `by` who asked for it: None for the daily duties."""

    as_of: datetime
    at: datetime
    by: User | None = None


@dataclass(frozen=True)
class Rule:
    """One term: what, how many days, why and by which law, from when to when the rule itself holds.

    asks: nothing goes before somebody has looked and said yes.
    """

    id: str
    what: str
    days: int
    asks: bool
    purpose_ko: str
    purpose_en: str
    basis: str
    source: str
    effective_from: date
    effective_to: date | None = None

    def purpose(self, language: str) -> str:
        """What it says, in a language."""
        return self.purpose_ko if language.startswith("ko") else self.purpose_en


@dataclass(frozen=True)
class Keeper:
    """Who counts and clears one kind of thing. Both are asked with the days of the rule."""

    due: Callable[[int, Moment], int]
    clear: Callable[[int, Moment], int]


KEEPERS: dict[str, Keeper] = {}


def register(what: str, keeper: Keeper) -> None:
    """Answer to a `what` of the rules; called from the owning room's AppConfig.ready()."""
    KEEPERS[what] = keeper


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of the data file, past ones too."""
    told = tomllib.loads(RULES.read_text(encoding="utf-8"))
    return tuple(Rule(**rule) for rule in told["rule"])


def rules(on: date) -> list[Rule]:
    """The rules that hold on a day and that somebody here can carry out."""
    return [
        rule for rule in all_rules()
        if rule.what in KEEPERS and rule.effective_from <= on and (rule.effective_to is None or on <= rule.effective_to)
    ]  # fmt: skip


def term(what: str, on: date) -> int:
    """After how many days something is cleared by the rule that holds on a day; 0 where none does."""
    return next((rule.days for rule in rules(on) if rule.what == what), 0)


def register_own() -> None:
    """What this room carries out itself."""
    register("inactive_customers", Keeper(lambda days, now: inactive(days, now).count(), _forget_inactive))
    register("message_texts", Keeper(lambda days, now: _with_text(days, now).count(), _clear_texts))
    register("message_addresses", Keeper(lambda days, now: _with_address(days, now).count(), _clear_addresses))
    register("legal_hold", Keeper(
        lambda _days, now: hold.count(due_before=day_of(now.at)), lambda _days, now: hold.destroy_due(on=day_of(now.at))
    ))  # fmt: skip
    register("access_log", Keeper(_old_entries, _let_go_of_entries))


def inactive(days: int, now: Moment) -> QuerySet[Customer]:
    """Customers without purchase, contact or standing consent since so many days, whom nothing else waits for."""
    since = now.as_of - timedelta(days=days)
    of_them = {"identity__customer": OuterRef("pk")}
    answers = Consent.objects.filter(customer=OuterRef("pk"), purpose=Consent.Purpose.MARKETING)
    later = Consent.objects.filter(
        customer=OuterRef("customer"), purpose=OuterRef("purpose"), channel=OuterRef("channel"),
        answered_at__gt=OuterRef("answered_at"),
    )  # fmt: skip
    return Customer.objects.known().filter(
        ~Exists(Transaction.objects.filter(at__gte=since, **of_them)),
        ~Exists(Interaction.objects.filter(at__gte=since, **of_them)),
        ~Exists(answers.filter(~Exists(later), granted=True)),
        ~Exists(Request.objects.filter(customer=OuterRef("pk"), received_at__gte=since)),
        registered_at__lt=since,
    )


def _forget_inactive(days: int, now: Moment) -> int:
    """One transaction a person: a kill leaves everybody either whole or forgotten."""
    reason = _("No purchase, contact or consent for %(days)s days") % {"days": days}
    people = list(inactive(days, now).values_list("pk", flat=True))
    for customer in people:
        erase(customer, reason=reason, by=now.by, at=now.at)
    return len(people)


def _sent_before(days: int, now: Moment) -> QuerySet[Message]:
    before = now.as_of - timedelta(days=days)
    return Message.objects.filter(Q(handed_over_at__lt=before) | ~Q(withheld=""), enqueued_at__lt=before)


def _with_text(days: int, now: Moment) -> QuerySet[Message]:
    return _sent_before(days, now).exclude(body="", subject="")


def _clear_texts(days: int, now: Moment) -> int:
    return _with_text(days, now).update(body="", subject="")


def _with_address(days: int, now: Moment) -> QuerySet[Message]:
    return _sent_before(days, now).exclude(address="")


def _clear_addresses(days: int, now: Moment) -> int:
    return _with_address(days, now).update(address="")


def _keep_entries_until(now: Moment) -> datetime:
    return now.at - chain.keep_for(Customer.objects.known().count(), sensitive=_holds_sensitive())


def _holds_sensitive() -> bool:
    """Whether anything sensitive may be on record: a note marked so, or somebody who agreed to sensitive data."""
    agreed = Consent.objects.filter(purpose=Consent.Purpose.SENSITIVE, granted=True)
    return Note.objects.exclude(sealed="").exists() or agreed.exists()


def _old_entries(_days: int, now: Moment) -> int:
    before = store.moment(_keep_entries_until(now))
    with store.reading() as log:
        return sum(
            batch.entries for batch in store.batches(log, f"WHERE last_at < {before} AND let_go = '' ORDER BY id")
        )


def _let_go_of_entries(_days: int, now: Moment) -> int:
    return chain.let_go(before=_keep_entries_until(now))
