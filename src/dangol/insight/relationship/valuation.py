"""Both sides of every customer put together: values, ranks, regions, and the columns they are kept in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from dangol.insight.analysis.actions import Column
from dangol.insight.analysis.models import Provenance
from dangol.insight.relationship import fair_line
from dangol.insight.relationship.company_side import CompanySide, company_side
from dangol.insight.relationship.customer_side import CustomerSide, RankedParts, RankedValue, customer_side
from dangol.insight.relationship.fair_line import Words
from dangol.insight.relationship.fits import ALL_PLAIN
from dangol.insight.relationship.frozen_reference import COST, ECONOMIC, EQUITY, SOCIAL, Scales
from dangol.insight.relationship.notes import NO_REFERENCE, Note
from dangol.insight.relationship.observed import Observed
from dangol.insight.relationship.settings import ValueSettings
from dangol.insight.relationship.trade import applied
from dangol.insight.relationship.valued_models import Models
from dangol.insight.warehouse.shared_out import SharedOut, at_once

type Array = npt.NDArray[np.float64]

USED = {"uses_year": "uses", "use_days": "days", "variety": "classes"}  # score: column of `Observed.used`


@dataclass(frozen=True)
class Valuation:
    """Everything one run found. Arrays have one entry per customer; those of `company` one per buyer."""

    seen: Observed
    settings: ValueSettings
    scales: Scales
    company: CompanySide
    customer: CustomerSide
    parts: RankedParts
    known: Array
    customer_value: RankedValue
    customer_equity: RankedValue
    notes: list[Note]

    @cached_property
    def regions(self) -> Words:
        """Region of each customer."""
        return fair_line.region(self.customer_value.rank, self.customer_equity.rank, self.settings.tolerance)

    def of_all(self, values: Array) -> Array:
        """A column of the buyers as one of all customers, NaN for who never bought."""
        spread = np.full(len(self.seen.customers), np.nan)
        spread[self.seen.buying] = values
        return spread

    def columns(self) -> Iterator[Column]:
        """The scores as they are kept; unknown values have no row, every customer has a region."""
        known = np.where(self.customer.social.estimated, Provenance.ESTIMATED, Provenance.MEASURED).tolist()
        value, equity, estimated = self.customer_value, self.customer_equity, Provenance.ESTIMATED
        yield Column("customer_value", value.rank, low=value.low, high=value.high, provenance=known)
        yield Column("customer_equity", equity.rank, low=equity.low, high=equity.high, provenance=estimated)
        distance = fair_line.distance(value.rank, equity.rank)
        yield Column("region", distance, texts=self.regions.tolist(), provenance=estimated)
        if self.seen.used is not None:
            some = self.seen.used["uses"] > 0
            for name, column in USED.items():
                yield Column(name, np.where(some, self.seen.used[column], np.nan))

    def worked_out_from(self) -> Mapping[str, Array]:
        """The columns of `Parts`."""
        social, parts, company = self.customer.social, self.parts, self.company
        ours = {"potential": company.potential, "potential_low": company.potential_low,
                "potential_high": company.potential_high, "commitment": company.commitment,
                EQUITY: company.equity, f"{EQUITY}_low": company.equity_low, f"{EQUITY}_high": company.equity_high,
                "p_alive": company.p_alive}  # fmt: skip
        return {
            ECONOMIC: self.customer.economic, COST: self.customer.cost,
            SOCIAL: social.value, f"{SOCIAL}_low": social.low, f"{SOCIAL}_high": social.high,
            "social_estimated": np.where(np.isnan(social.value), np.nan, social.estimated),
            "economic_rank": parts.economic, "cost_rank": parts.cost,
            "social_rank": parts.social, "social_rank_low": parts.social_low, "social_rank_high": parts.social_high,
            "parts_known": np.where(self.known > 0, self.known, np.nan),
            **{name: self.of_all(values) for name, values in ours.items()},
        }  # fmt: skip


def value(
    seen: Observed,
    scales: Scales,
    settings: ValueSettings,
    told: Iterable[Note] = (),
    models: Models = ALL_PLAIN,
    *,
    by: SharedOut = at_once,
) -> Valuation:
    """Value everybody from both sides, against these scales; models: of which the values of each line come; by: who
    works them out, this machine or the workers of a cluster (`Lake.shared_out`).
    """
    notes = list(told)
    left = seen.customers
    if objected := len(left.left_out) - left.children - left.helpers:
        notes.append(Note("objected", {"customers": objected}))
    if left.children:
        notes.append(Note("children", {"customers": left.children}))
    if left.helpers:
        notes.append(Note("helpers", {"customers": left.helpers}))
    if seen.strangers:
        notes.append(Note("strangers", {"customers": seen.strangers}))
    taken = applied(settings, by_use=seen.by_use)
    company = company_side(seen.buyers, taken, notes, models, by=by)
    customer = customer_side(seen, taken, notes)
    among = seen.active
    if among.sum() < settings.fewest_customers and not scales.standing:
        notes.append(Note(NO_REFERENCE, {"active": int(among.sum()), "needed": settings.fewest_customers}))
        among = np.zeros_like(among)
    parts = customer.ranks(scales, among)
    return Valuation(
        seen=seen,
        settings=settings,
        scales=scales,
        company=company,
        customer=customer,
        parts=parts,
        known=parts.known(settings),
        customer_value=parts.value(scales, among, settings),
        customer_equity=_ranked_equity(company, seen, scales, among),
        notes=notes,
    )


def _ranked_equity(company: CompanySide, seen: Observed, scales: Scales, among: npt.NDArray[np.bool_]) -> RankedValue:
    """Percentile of equity on the frozen scale, and of the ends of its interval."""
    ranks = (
        scales.rank(EQUITY, company.equity, among[seen.buying]),
        scales.again(EQUITY, company.equity_low),
        scales.again(EQUITY, company.equity_high),
    )
    spread = []
    for rank in ranks:
        column = np.full(len(seen.customers), np.nan)
        column[seen.buying] = rank
        spread.append(column)
    return RankedValue(*spread)
