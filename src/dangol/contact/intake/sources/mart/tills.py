"""What was bought, a part of the customers at a time: exactly as many lines as asked for, returns among them."""

import numpy as np
import pyarrow as pa

from dangol.contact.intake.sources.mart.assumptions import (
    ANONYMOUS,
    BASKET,
    COUPON,
    COUPON_WON,
    DAY,
    HOME_SHOP,
    HOUR_SHARES,
    HOURS,
    ON_SALE,
    RETURNED,
    SALE,
    SHOPS,
    WEEK,
    WEEKDAYS,
    WEEKS,
    Whole,
    moments,
    stream,
)
from dangol.contact.intake.sources.mart.people import People
from dangol.contact.intake.sources.mart.shelves import chosen, shelves

CHANNELS = ("shop", "web", "app")


def lines(seed: int, part: int, who: People, count: int) -> dict[str, object]:
    """The columns of the transactions feed: `count` lines bought or brought back by these customers and by nobody.

    The lines of a receipt stand side by side, receipts in order of time. A return is a receipt of its own.
    """
    random = stream("tills", seed, part)
    back = round(count * RETURNED)
    basket = _baskets(count - back, random)
    buyer = _buyers(who, len(basket), random)
    time = _times(who, buyer, random)
    order = np.argsort(time, kind="stable")
    buyer, time, basket = buyer[order], time[order], basket[order]
    of = np.repeat(np.arange(len(basket)), basket)
    product = chosen(np.where(buyer[of] < 0, 0, who.favourite[np.maximum(buyer[of], 0)]), random)
    quantity = 1 + (random.random(len(of)) < 0.18) + (random.random(len(of)) < 0.05)
    value = shelves().price[product] * quantity
    sale = np.where(random.random(len(of)) < ON_SALE, random.uniform(*SALE, len(of)), 0)
    reduced = (value * sale).astype(np.int64) // 10 * 10
    coupon = np.where(random.random(len(of)) < COUPON, np.minimum(COUPON_WON, (value - reduced) // 2), 0)
    shop = _shops(who, buyer, random)
    away = random.choice(len(CHANNELS), len(basket), p=(0.86, 0.08, 0.06))
    returned = np.sort(random.choice(len(of), back, replace=False)) if back else np.zeros(0, dtype=np.int64)
    later = time[of[returned]] + (1 + random.integers(0, 9, back)) * DAY
    row, sign = np.concatenate([np.arange(len(of)), returned]), np.repeat([1, -1], [len(of), back])
    receipt = np.array([f"{part:04d}-{n:07d}" for n in range(len(basket))], dtype=object)[of[row]]
    receipt[len(of) :] = [f"{number}-R{place}" for place, number in enumerate(receipt[len(of) :].tolist())]
    number = buyer[of[row]]
    customer = who.external_id[np.maximum(number, 0)].copy()
    customer[number < 0] = None
    store = np.array([f"S{n + 1:02d}" for n in range(SHOPS)], dtype=object)[shop[of[row]]]
    store[away[of[row]] > 0] = None
    return {
        "receipt": receipt,
        "customer": pa.array(customer, pa.string()),
        "time": moments(np.minimum(np.concatenate([time[of], later]), WEEKS * WEEK - 1)),
        "store": pa.array(store, pa.string()),
        "channel": np.array(CHANNELS, dtype=object)[away[of[row]]],
        "product": shelves().code[product[row]],
        "quantity": (sign * quantity[row]).astype(np.float64),
        "amount": sign * (value - reduced - coupon)[row],
        "price_discount": sign * reduced[row],
        "coupon_discount": sign * coupon[row],
    }


def _baskets(count: int, random: np.random.Generator) -> Whole:
    """How many lines each purchase has; together exactly `count`."""
    sizes = random.geometric(1 / BASKET, int(count / BASKET * 1.5) + 10)
    while sizes.sum() < count:
        sizes = np.concatenate([sizes, random.geometric(1 / BASKET, len(sizes))])
    ends = np.cumsum(sizes)
    last = int(np.searchsorted(ends, count))
    basket = sizes[: last + 1].copy()
    if len(basket):
        basket[-1] -= ends[last] - count
    return basket[basket > 0]


def _buyers(who: People, count: int, random: np.random.Generator) -> Whole:
    """Whose each purchase is: the more often somebody buys and the longer they stay, the more; -1 for nobody."""
    odds = np.cumsum(who.rate * who.stays)
    if not len(odds) or not odds[-1]:
        return np.full(count, -1)
    buyer = np.searchsorted(odds / odds[-1], random.random(count), side="right").clip(max=len(odds) - 1)
    return np.where(random.random(count) < ANONYMOUS, -1, buyer)


def _times(who: People, buyer: Whole, random: np.random.Generator) -> Whole:
    """When each purchase took place: in a week while the buyer stays, on the days and at the hours people shop."""
    known = buyer >= 0
    place = np.maximum(buyer, 0)
    first = np.where(known, who.begins[place], 0)
    span = np.where(known, who.stays[place], WEEKS * WEEK)
    at = first + random.random(len(buyer)) * span
    week = (at // WEEK).astype(np.int64)
    day = random.choice(7, len(buyer), p=WEEKDAYS)
    hour = random.choice(np.array(HOURS), len(buyer), p=np.array(HOUR_SHARES) / sum(HOUR_SHARES))
    time = week * WEEK + day * DAY + hour * 3600 + random.integers(0, 3600, len(buyer))
    # Within the week of registration nobody buys before it.
    return np.asarray(np.clip(np.maximum(time, first), 0, WEEKS * WEEK - 1), dtype=np.int64)


def _shops(who: People, buyer: Whole, random: np.random.Generator) -> Whole:
    """Where each purchase took place: mostly in one's own shop."""
    anywhere = (random.random(len(buyer)) ** 2 * SHOPS).astype(np.int64)
    own = (random.random(len(buyer)) < HOME_SHOP) & (buyer >= 0)
    return np.where(own, who.shop[np.maximum(buyer, 0)], anywhere)
