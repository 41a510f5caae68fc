"""What is in a purchase: products, quantities, list prices, discounts, fees, and what comes back."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np

from dangol.contact.intake.sources.dairy.assumptions import DAY, LINES, Flags, Real, Whole
from dangol.contact.intake.sources.dairy.goods import chosen, goods
from dangol.contact.intake.sources.dairy.purchases import Purchases
from dangol.contact.intake.sources.dairy.traits import World

USUAL = 0.5  # share of a delivery customer's lines that are their usual product
RETURNED_WITHIN = 10  # days


@dataclass(frozen=True)
class Lines:
    """Lines of purchases; `purchase` points into the purchases they were drawn for. Money in won."""

    purchase: Whole
    product: Whole
    quantity: Whole
    amount: Whole  # received for the line, `fee` included
    price_discount: Whole
    coupon_discount: Whole
    fee: Whole
    returned: Whole  # when the goods come back, in seconds; 0: never

    def __len__(self) -> int:
        return len(self.purchase)

    def those(self, keep: Flags) -> Self:
        """The lines where `keep` is true."""
        return replace(self, **{field.name: getattr(self, field.name)[keep] for field in fields(self)})

    def moved(self, purchase: Whole) -> Self:
        """The same lines pointing to other numbers of purchases."""
        return replace(self, purchase=purchase)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The lines of all parts, one after the other."""
        names = [field.name for field in fields(cls)]
        return cls(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def filled(world: World, purchases: Purchases, random: np.random.Generator) -> Lines:
    """The lines of every possible purchase, in the order of the purchases."""
    line = world.people.line[purchases.who]
    of = _parameters()
    size = 1 + random.poisson(of["extra_lines"][line])
    purchase = np.repeat(np.arange(len(purchases)), size)
    first = np.r_[True, purchase[1:] != purchase[:-1]][: len(purchase)]
    who, kind = purchases.who[purchase], line[purchase]
    product = _products(world, who, purchases.time[purchase], random)
    price = goods().price[product]
    shape = of["spend_shape"][kind]
    budget = world.spend[who] * random.standard_gamma(shape) / shape
    quantity = np.maximum(1, np.rint(budget / price)).astype(np.int64)
    value = quantity * price
    sale = _off(value, of["sale_size"][kind], random.random(len(who)) < of["sale_share"][kind], random)
    has_coupon = (random.random(len(purchases)) < of["coupon_share"][line])[purchase]
    coupon = _off(value - sale, of["coupon_size"][kind], has_coupon, random)
    pays_fee = (random.random(len(purchases)) < of["fee_share"][line])[purchase] & first
    fee = np.where(pays_fee, of["fee"][kind], 0).astype(np.int64)
    back = random.random(len(who)) < of["returns"][kind]
    after = random.integers(1, RETURNED_WITHIN, len(who)) * DAY
    returned = np.where(back, purchases.time[purchase] + after, 0)
    return Lines(purchase, product, quantity, value - sale - coupon + fee, sale, coupon, fee, returned)


def _parameters() -> dict[str, Real]:
    """The numbers of `Line` used here, indexed by line of business."""
    names = ("extra_lines", "spend_shape", "sale_size", "sale_share", "coupon_share", "coupon_size",
             "fee_share", "fee", "returns")  # fmt: skip
    return {name: np.array([float(getattr(line, name)) for line in LINES]) for name in names}


def _products(world: World, who: Whole, time: Whole, random: np.random.Generator) -> Whole:
    """By stage of life; a delivery customer's usual product half of the time."""
    product = chosen(world.stage(who, time), random.random(len(who)))
    habit = (world.people.line[who] == 1) & (random.random(len(who)) < USUAL)
    return np.where(habit, world.usual[who], product)


def _off(value: Whole, share: Real, given: Flags, random: np.random.Generator) -> Whole:
    """A discount of about `share` of the value, in tens of won, where one is given."""
    part = share * random.uniform(0.5, 1.5, len(value))
    return np.where(given, (value * part / 10).astype(np.int64) * 10, 0)


def received(lines: Lines, *, time: Whole, since: int, until: int) -> Whole:
    """Net revenue of each line within [since, until): received at `time`, less what came back by then."""
    bought = np.where((time >= since) & (time < until), lines.amount, 0)
    back = (lines.returned >= max(since, 1)) & (lines.returned < until)
    return np.asarray(bought - np.where(back, lines.amount - lines.fee, 0))
