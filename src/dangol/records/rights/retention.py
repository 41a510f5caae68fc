"""The retention job: what the rules say would go, and letting it go; a run that let something go is in the ledger."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dangol.records.rights import chain
from dangol.records.rights.due_dates import day_of
from dangol.records.rights.keeping_rules import KEEPERS, Moment, Rule, rules
from dangol.records.rights.models import Destruction


@dataclass(frozen=True)
class Due:
    """One rule and how much of it is due now."""

    rule: Rule
    count: int


def dry_run(now: Moment) -> list[Due]:
    """What would go now, rule by rule; nothing is touched."""
    return [Due(rule, KEEPERS[rule.what].due(rule.days, now)) for rule in rules(day_of(now.at))]


def run(now: Moment, *, agreed: bool = False) -> Destruction | None:
    """Let go of everything that is due; rules that ask wait for somebody who has looked and says `agreed`.

    Safe to be killed and run again: each rule clears what is still there. None where nothing was due.
    """
    counts = {}
    for rule in rules(day_of(now.at)):
        if rule.asks and not agreed:
            continue
        if count := KEEPERS[rule.what].clear(rule.days, now):
            counts[rule.id] = count
    if not counts:
        return None
    reason = _("Looked through by hand") if agreed else _("Daily duties")
    return chain.write(kind=Destruction.Kind.RETENTION, tables=counts, reason=reason, by=now.by, at=now.at)


def waiting(now: Moment) -> list[Due]:
    """Rules that ask, with something due: somebody has to look."""
    return [
        Due(rule, count)
        for rule in rules(day_of(now.at))
        if rule.asks and (count := KEEPERS[rule.what].due(rule.days, now))
    ]
