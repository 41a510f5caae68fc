"""Read the last portfolio: its rows, its sums, and how sure they are. Money in minor units a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.insight.relationship.positioning.learning import Shift
from dangol.insight.relationship.positioning.names import KIND
from dangol.insight.relationship.positioning.worth_of_a_use import USE_WORTH
from dangol.lib.languages import speaks


@dataclass(frozen=True)
class Sum:
    """Money with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Row:
    """One programme in the portfolio. customers: who get it; could: whom it could move, were there money and
    permission; moves: A_B, C_D, up → customers."""

    code: str
    names: Mapping[str, str]
    bond: str
    channel: str
    customers: int
    could: int
    moves: Mapping[str, int]
    cost: int
    company: Sum
    customer: Sum
    expected_company: Shift
    expected_customer: Shift

    @property
    def name(self) -> str:
        """In the language in use, as it was called when it was recommended."""
        return self.names["ko" if speaks() == "ko" else "en"]


@dataclass(frozen=True)
class Positioned:
    """A portfolio. net: what both sides gain less the cost; gap: at most so much better could any other be;
    before, after: mean points outside the band; ask: customers whose place an answer would tell; wait: those whose
    place it would not, since what they give is not known; use_worth: of one use, where values were counted in uses;
    unseen: of those who get something, whose gain cannot be placed on the map."""

    run: Run
    budget: int
    use_worth: int | None
    rows: tuple[Row, ...]
    customers: int
    cost: int
    company: Sum
    customer: Sum
    net: float
    gap: float
    before: float | None
    after: float | None
    ask: int
    wait: int
    off_line: Mapping[str, int]
    in_balance: int
    withheld: Mapping[str, Mapping[str, int]]
    objected: int
    unseen: int

    @property
    def chosen(self) -> list[Row]:
        """The programmes that somebody gets, the one for the most first."""
        return sorted((row for row in self.rows if row.customers), key=lambda row: -row.customers)


def last_positioned() -> Positioned | None:
    """The newest portfolio, None before the first."""
    run = latest_run(KIND)
    return positioned(run) if run else None


def positioned(run: Run) -> Positioned:
    """The portfolio of a finished run."""
    told = run.summary
    return Positioned(
        run=run, budget=run.parameters["budget"], use_worth=run.parameters.get(USE_WORTH),
        rows=tuple(map(_row, told["programmes"])),
        customers=told["customers"], cost=told["cost"], company=Sum(**told["company"]),
        customer=Sum(**told["customer"]), net=told["net"], gap=told["gap"], before=told["unfairness"]["before"],
        after=told["unfairness"]["after"], ask=told["ask"], wait=told.get("wait", 0),
        off_line=told["off_line"], in_balance=told["in_balance"], withheld=told["withheld"], objected=told["objected"],
        unseen=told.get("unseen", 0),
    )  # fmt: skip


def names() -> dict[str, str]:
    """The programmes of the newest portfolio by code, in the language in use."""
    found = last_positioned()
    return {row.code: row.name for row in found.rows} if found else {}


def _row(kept: Mapping[str, Any]) -> Row:
    return Row(
        code=kept["code"], names={"ko": kept["name_ko"], "en": kept["name_en"]}, bond=kept["bond"],
        channel=kept["channel"], customers=kept["customers"], could=kept["could"], moves=kept["moves"],
        cost=kept["cost"], company=Sum(**kept["company"]), customer=Sum(**kept["customer"]),
        expected_company=Shift(**kept["expected"]["company"]), expected_customer=Shift(**kept["expected"]["customer"]),
    )  # fmt: skip
