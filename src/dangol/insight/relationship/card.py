"""Both sides of one customer as they are shown: what, how much, how sure, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from dangol.insight.analysis.models import Provenance, Run, Score
from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.fair_line import UNKNOWN
from dangol.insight.relationship.frozen_reference import COST, CUSTOMER_PARTS, ECONOMIC, SOCIAL
from dangol.insight.relationship.notes import PART_NAMES, why_unranked
from dangol.insight.relationship.parts import explained_scores
from dangol.lib.languages import speaks
from dangol.lib.money import written

PER_YEAR, MONEY, SHARE, POINTS = "money a year", "money", "share", "points"
MINUTES, USES, CLASSES = "minutes a year", "uses", "classes"  # where nothing is sold
RANKS = {ECONOMIC: "economic_rank", SOCIAL: "social_rank", COST: "cost_rank"}
SIGNS = {ECONOMIC: "+", SOCIAL: "+", COST: "−"}


@dataclass(frozen=True)
class Part:
    """One line of the card. value is None when unknown; money in minor units.

    unit: money a year, money, share (0–1), points (0–100), minutes a year, uses or classes; sign: how it enters (+, −,
    ×, =); rank: 0–100 on the frozen scale; low, high: 95 % interval, None where the value is counted; told: where it
    came from, in words.
    """

    name: str
    label: str
    unit: str
    sign: str
    value: float | None
    low: float | None
    high: float | None
    rank: float | None
    provenance: str
    told: str

    @property
    def provenance_label(self) -> str:
        """Measured, estimated or unknown, in words."""
        return str(Provenance(self.provenance).label)


@dataclass(frozen=True)
class Card:
    """customer_parts: economic value, social value, relationship cost; company_parts: potential, commitment, equity.

    Where nothing is sold variety stands beside them, which is in none of them.
    """

    region: str
    distance: float | None
    tolerance: float
    parts_known: int
    customer_value: Part
    customer_equity: Part
    customer_parts: tuple[Part, ...]
    company_parts: tuple[Part, ...]
    p_alive: float | None

    @property
    def is_known(self) -> bool:
        """Whether the customer stands on the map."""
        return self.region != UNKNOWN


def card(customer_id: int, run: Run) -> Card:
    """The card from one run: one query. A customer the run does not know has everything unknown."""
    scores = explained_scores(customer_id, run)
    region = scores.get("region")
    known, alive = scores.get("parts_known"), scores.get("p_alive")
    return Card(
        region=region.text if region else UNKNOWN,
        distance=region.value if region else None,
        tolerance=float(run.parameters["tolerance"]),
        parts_known=int(known.value or 0) if known else 0,
        customer_value=_part(
            scores, "customer_value", _("Value to the customer"), POINTS, "=", _told_value(scores, run)
        ),
        customer_equity=_part(scores, "customer_equity", _("Value to the company"), POINTS, "=", _told_rank(run)),
        customer_parts=tuple(_customer_part(scores, name, run) for name in CUSTOMER_PARTS),
        company_parts=_company_parts(scores, run),
        p_alive=alive.value if alive else None,
    )


def _customer_part(scores: dict[str, Score], name: str, run: Run) -> Part:
    unit = SHARE if name == SOCIAL else MINUTES if name == COST and is_by_use(run) else PER_YEAR
    rank = scores.get(RANKS[name])
    told = _TOLD[name](scores.get(name), run)
    return _part(scores, name, str(PART_NAMES[name]), unit, SIGNS[name], told, rank.value if rank else None)


def _company_parts(scores: dict[str, Score], run: Run) -> tuple[Part, ...]:
    if is_by_use(run):
        return _parts_of_use(scores, run)
    months, rate = run.parameters["horizon_months"], run.parameters["margin_rate"]
    if "equity" not in scores:
        told = _("No purchases, or too few in this line of business to foretell any.")
        return tuple(_part(scores, name, label, unit, sign, told) for name, label, unit, sign in _company_labels())
    lines = {
        "potential": _("Margin of the next %(months)s months if the customer stays; margin rate %(rate)s%% assumed")
        % {"months": months, "rate": f"{100 * rate:g}"},
        "commitment": _("Share of it expected to come true, allowing for leaving"),
        "equity": _("The interval holds the fitted rhythm, commitment and margin rate fixed"),
    }
    return tuple(_part(scores, name, label, unit, sign, lines[name]) for name, label, unit, sign in _company_labels())


def _parts_of_use(scores: dict[str, Score], run: Run) -> tuple[Part, ...]:
    """The same of a trade without money, in uses; and of how many classes things were borrowed."""
    months = {"months": run.parameters["horizon_months"]}
    lines = {
        "potential": _("Loans, visits and questions of the next %(months)s months if the customer stays") % months,
        "commitment": _("Share of it expected to come true, allowing for leaving"),
        "equity": _("The interval holds the fitted rhythm and commitment fixed"),
    }
    if "equity" not in scores:
        lines = dict.fromkeys(lines, _("No uses, or too few in this line of business to foretell any."))
    units = {MONEY: USES}
    parts = [
        _part(scores, name, label, units.get(unit, unit), sign, lines[name])
        for name, label, unit, sign in _company_labels()
    ]
    told = _("Different classes borrowed from in the last 365 days; it stands beside and counts in nothing")
    return (*parts, _part(scores, "variety", _("Variety"), CLASSES, "", told))


def _company_labels() -> tuple[tuple[str, str, str, str], ...]:
    return (
        ("potential", _("Potential"), MONEY, ""),
        ("commitment", _("Commitment"), SHARE, "×"),
        ("equity", _("Equity"), MONEY, "="),
    )


def _part(
    scores: dict[str, Score], name: str, label: str, unit: str, sign: str, told: str, rank: float | None = None
) -> Part:
    score = scores.get(name)
    if score is None:
        return Part(name, label, unit, sign, None, None, None, None, Provenance.UNKNOWN.value, told)
    return Part(name, label, unit, sign, score.value, score.low, score.high, rank, score.provenance, told)


def _told_value(scores: dict[str, Score], run: Run) -> str:
    known, by_use = scores.get("parts_known"), is_by_use(run)
    if known is None and (why := why_unranked(run.summary["notes"], by_use=by_use)):
        return why
    if known is None and by_use:
        return _("Not known: no use in the last year, or nothing on record that tells")
    if known is None:
        return _("Not known: no purchase in the last year, or nothing on record that tells")
    return _("Rank among active customers; %(known)s of 3 parts known, an unknown one counts as the middle") % {
        "known": int(known.value or 0)
    }


def _told_rank(run: Run) -> str:
    return _("Rank of the equity among active customers on the frozen scale")


def _told_economic(score: Score | None, run: Run) -> str:
    return _("Discounts, coupons, points and gifts received in a year") if score else _not_told(run, ECONOMIC)


def _told_cost(score: Score | None, run: Run) -> str:
    if score is None:
        return _not_told(run, COST)
    if is_by_use(run):
        return _("Own time for contacts, and fees as the time they are worth")
    minute = written(run.parameters["minute_value"], settings.DANGOL.currency, language=speaks())
    return _("Fees, and own time for contacts and returns at %(minute)s a minute") % {"minute": minute}


def _told_social(score: Score | None, run: Run) -> str:
    social: dict[str, Any] = run.summary["social"]
    if score is None:
        return _not_told(run, SOCIAL)
    if score.provenance == Provenance.MEASURED:
        return _("The customer's own answers of the last year")
    return _("From those who answered; rank correlation %(correlation)s") % {
        "correlation": f"{social['correlation']:.2f}"
    }


def _not_told(run: Run, part: str) -> str:
    """Why a part is unknown."""
    counts = run.summary["parts"][part]
    if not counts["measured"] and not counts["estimated"]:
        return _("Nothing of the kind is on record for any customer")
    if part == SOCIAL and counts["unknown"]:
        return _("Did not answer, and the answers of others do not foretell it well enough")
    return _("No use in the last year") if is_by_use(run) else _("No purchase in the last year")


_TOLD = {ECONOMIC: _told_economic, SOCIAL: _told_social, COST: _told_cost}
