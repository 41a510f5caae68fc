"""The column of lists that says how far somebody is identified (identified.py tells the rule).

Of everybody it is read by sets: who has a number, who bought, who told a taste, one question each, where the rule asks
three of each customer. Whoever is few is asked about by key, so that a question costs what it adds to those before.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from dangol.insight.relationship import identified as rule
from dangol.lib.plain_rows import plain_rows
from dangol.records.customers import columns
from dangol.records.customers.columns import AT_ONCE, Asked, Column, Kind, Rows, Watched
from dangol.records.customers.models import ContactPoint, Customer, Identity
from dangol.records.ledger.models import Loan, OrderLine, Transaction
from dangol.records.permission.models import TopicChoice

type Keys = npt.NDArray[np.int64]
type Marks = npt.NDArray[np.bool_]

FEW = 100_000  # customers who are asked about by key: with more, everybody is asked about sooner
WATCHED: Watched = {
    Customer: "pk", Identity: "customer", ContactPoint: "customer", Transaction: "identity__customer",
    OrderLine: "transaction__identity__customer", Loan: "identity__customer", TopicChoice: "customer",
}  # fmt: skip


class StateColumn(Column):
    """Everybody on record is in one of the states: nothing to leave out."""

    @property
    def filled(self) -> Q:
        return Q()


def register() -> None:
    """Take the state into what lists can show."""
    columns.register(
        StateColumn("identified", _("How far we know them"), Kind.CHOICE, _rows, "state_now", "id",
                    words=lambda: rule.STATES, sorts=False, watched=WATCHED, item="full_name", of_everybody=by_sets),
    )  # fmt: skip


def by_sets(_asked: Asked, keys: Keys) -> Iterator[tuple[list[int], list[str]]]:
    """Each state with those of these customers who are in it."""
    crowd = Crowd(keys)
    everyone = np.ones(len(keys), bool)
    named = ~crowd.owning(Customer.objects.known().filter(full_name=""), "pk", everyone)
    told = crowd.owning(_of_each(rule.telling_lines(), "transaction__identity"), "customer", everyone)
    bought = told | crowd.owning(_of_each(rule.sales()), "customer", ~told)
    bought |= crowd.owning(_of_each(Loan.objects.all()), "customer", ~bought)
    who = crowd.owning(rule.numbers(), "customer", named & bought)
    who |= crowd.owning(rule.ways(), "customer", named & bought & ~who)
    told |= crowd.owning(_of_each(rule.telling_loans()), "customer", who & ~told)
    told |= crowd.owning(_if_any(rule.wanted_topics()), "customer", who & ~told)
    for state, among in (
        (rule.IDENTIFIED, who & told), (rule.NO_TASTES, who & ~told), (rule.NOT_WHO, bought & ~who),
        (rule.NAME_ONLY, named & ~bought), (rule.NUMBER_ONLY, ~named & ~bought),
    ):  # fmt: skip
        mine = keys[among].tolist()
        yield mine, [state] * len(mine)


@dataclass(frozen=True)
class Crowd:
    """Very many customers by their keys, which rise; a set of them is a mark for each."""

    keys: Keys

    def owning(self, rows: "QuerySet[Any, Any] | None", owner: str, among: Marks) -> Marks:
        """Those among some who own one of the rows."""
        found = np.zeros(len(self.keys), bool)
        for keys in _owners(rows, owner, self.keys[among]) if rows is not None else ():
            places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
            found[places[self.keys[places] == keys]] = True
        return found & among


def _owners(rows: "QuerySet[Any, Any]", owner: str, wanted: Keys) -> Iterator[Keys]:
    asked: Iterable[QuerySet[Any, Any]] = [rows]
    if len(wanted) <= FEW:
        parts = (wanted[start : start + AT_ONCE].tolist() for start in range(0, len(wanted), AT_ONCE))
        asked = (rows.filter(**{f"{owner}__in": part}) for part in parts)
    for question in asked:
        yield from (np.array(keys, np.int64) for (keys,) in plain_rows(question.values_list(owner)))


def _of_each(rows: "QuerySet[Any, Any]", identity: str = "identity") -> "QuerySet[Identity, Identity] | None":
    """The identities that have one of the rows, and not one for each row."""
    mine = Exists(rows.filter(**{identity: OuterRef("pk")}))
    return Identity.objects.filter(mine) if _if_any(rows) is not None else None


def _if_any(rows: "QuerySet[Any, Any]") -> "QuerySet[Any, Any] | None":
    """None where there is no row at all: a shop that lends nothing is not asked for each customer."""
    return rows if rows.exists() else None


def _rows(_asked: Asked) -> Rows:
    return rule.states(Customer.objects.known())
