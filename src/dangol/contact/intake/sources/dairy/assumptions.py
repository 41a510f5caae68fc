"""What is invented about the dairy, and with which numbers.

Nobody here exists. The plot is that of Park and Kim's case (Dynamic CRM, section V): a dairy that
spends much on a mothers' club it earns little from, and earns well from home-delivery customers it
hardly knows, because they belong to its dealers. Everything else is ours: all rates, sizes and
shares below, the names, the addresses, the wording. No number was fitted to a real business.

Noise we put in because a real business has it, though it flatters nobody:
- rates, spending and the time a customer stays differ between people far more than between groups,
  and the two groups overlap in all of them;
- who leaves is recorded of standing orders alone, and not of all of those; dissatisfied people leave
  only somewhat more often;
- dealers differ in punctuality, and some give holiday gifts of their own;
- purchases follow the season, and dip in the weeks of Seollal and Chuseok: no model here knows that;
- 30 % of those asked answer a survey, the satisfied a little more often than others, and a
  dimension's score has reliability .8;
- some people have no phone number, telephone numbers are written in three ways, about one in ten of
  home delivery was never asked about advertising, and consent is withdrawn;
- a campaign leaves one in seven unmoved and annoys one in ten.

Telephone numbers are 010-0xxx-xxxx (Korea's mobile numbers begin 010-2 to 010-9), e-mail addresses
are at example.com, postcodes begin with 00 (Seoul's begin with 01), house numbers with 9.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Flags = NDArray[np.bool_]
Words = NDArray[np.object_]

STARTS = datetime.fromisoformat("2024-10-01")  # the first day of history, Seoul time like all times here
OPENS = datetime.fromisoformat("2026-09-28")
CLOSES = datetime.fromisoformat("2026-11-23")
REMINDED = datetime.fromisoformat("2025-10-13T10:00")  # everybody who agreed to advertising was told that it stands

DAY = 86_400
WEEK = 7 * DAY
DIMENSIONS = ("convenience", "trust", "brand", "care", "commitment")


def seconds(at: datetime) -> int:
    """Whole seconds from the first day of history to `at` (Seoul time, no zone)."""
    return int((at - STARTS).total_seconds())


@dataclass(frozen=True)
class Line:
    """One line of business: how its customers behave. Money in won, rates a week."""

    name: str
    size: int
    rate: float  # mean of purchases a week while a customer
    rate_shape: float  # gamma shape between customers: smaller is more unlike
    leaving: float  # mean hazard of leaving, a week
    leaving_shape: float
    spend: float  # mean goods value of a line at list price
    spend_spread: float  # inverse-gamma shape between customers
    spend_shape: float  # gamma shape between one customer's lines
    extra_lines: float  # mean lines beyond the first
    coupon_share: float  # share of purchases with a coupon
    coupon_size: float  # mean part of the list price a coupon takes off
    sale_share: float  # share of lines at a reduced price
    sale_size: float
    fee_share: float  # share of purchases with a delivery fee
    fee: int
    returns: float  # share of lines returned within ten days
    late: float  # share of deliveries that come late at an average dealer
    complaints: float  # complaints a purchase, apart from late deliveries
    inquiries: float  # inquiries a purchase
    points: float  # part of the amount granted as points
    points_share: float  # share of customers in the points programme
    scores: tuple[float, ...]  # mean satisfaction by dimension, 1 to 7
    lift: float  # extra purchases of the average responsive person, as part of the rate
    annoyed: float  # share who buy less after a message
    unmoved: float  # share whom a message does not change
    sms: float  # share who agreed to advertising by text message, of those asked
    asked: float  # share ever asked about advertising
    no_phone: float


CLUB = Line(
    name="mothers_club", size=6_000, rate=0.17, rate_shape=1.3, leaving=0.0065, leaving_shape=1.2,
    spend=12_500, spend_spread=7.0, spend_shape=5.0, extra_lines=0.45,
    coupon_share=0.62, coupon_size=0.20, sale_share=0.12, sale_size=0.10, fee_share=0.04, fee=2_500,
    returns=0.008, late=0.0, complaints=0.002, inquiries=0.014, points=0.03, points_share=0.85,
    scores=(4.75, 5.0, 4.85, 4.9, 4.45), lift=0.55, annoyed=0.08, unmoved=0.25,
    sms=0.74, asked=1.0, no_phone=0.02,
)  # fmt: skip
HOME = Line(
    name="home_delivery", size=6_000, rate=0.30, rate_shape=2.2, leaving=0.0042, leaving_shape=1.0,
    spend=15_500, spend_spread=9.0, spend_shape=6.0, extra_lines=0.45,
    coupon_share=0.05, coupon_size=0.10, sale_share=0.14, sale_size=0.12, fee_share=0.40, fee=1_500,
    returns=0.012, late=0.05, complaints=0.006, inquiries=0.016, points=0.01, points_share=0.30,
    scores=(4.6, 4.3, 4.4, 3.85, 4.25), lift=0.54, annoyed=0.10, unmoved=0.15,
    sms=0.71, asked=0.91, no_phone=0.06,
)  # fmt: skip
LINES = (CLUB, HOME)

DEALERS = 40
SHOPS = 24

# Satisfaction between people: standard deviation on the scale of 1 to 7, and how much of a
# dimension is the person's general satisfaction rather than the dimension's own.
SATISFACTION_SPREAD = 0.95
GENERAL_PART = 0.75
LEAVING_BY_SATISFACTION = 0.30  # a standard deviation less satisfied: e**.30 times the hazard

# Two items a dimension; with this noise their mean, rounded as people tick boxes, has reliability .8.
ITEM_NOISE = 0.585
ANSWERING = 0.30
ANSWERING_BY_SATISFACTION = 0.05

# How long a message works: its strength halves every six weeks and ends after half a year.
HALF_LIFE = 6 * WEEK
WORKS_FOR = 26 * WEEK
ANNOYANCE = 0.25  # part of their purchases that annoyed people leave out at full strength
SAVED = 0.35  # share of those about to leave whom a message keeps, among responsive people
RETURNING = 0.04  # extra purchases of those who have left, as part of their old rate

# How strongly each offer works, by line of business (care: gifts, personal attention; the others
# are money). An offer by any other name works like care.
OFFERS = {
    "care": {"mothers_club": 0.8, "home_delivery": 1.0},
    "coupon": {"mothers_club": 1.0, "home_delivery": 0.6},
    "points": {"mothers_club": 0.7, "home_delivery": 0.5},
}
USUAL_OFFER = "care"


def stream(*names: int | str) -> np.random.Generator:
    """A stream of random numbers of its own for each list of names: nothing else disturbs it."""
    words = [name if isinstance(name, int) else int.from_bytes(name.encode(), "big") for name in names]
    return np.random.default_rng(words)


def moments(at: Whole) -> NDArray[np.datetime64]:
    """Seconds since the first day of history as local times to the microsecond."""
    return (np.datetime64(STARTS, "s") + at.astype("timedelta64[s]")).astype("datetime64[us]")
