"""Purchases that took place as rows of the transactions feed, returns as rows of their own."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dangol.contact.intake.sources.dairy.assumptions import Whole, Words, moments
from dangol.contact.intake.sources.dairy.goods import goods
from dangol.contact.intake.sources.dairy.places import dealer_codes, shop_codes
from dangol.contact.intake.sources.dairy.realised import Realised
from dangol.contact.intake.sources.dairy.traits import World

IN_SHOP, ON_WEB = 0.80, 0.94  # of the club's purchases: in a shop, then on the web, the rest by phone


def lines_of(of: World, events: Realised, *, since: int, until: int) -> dict[str, object]:
    """The lines of [since, until), bought or brought back, in order of time.

    A return is a receipt of its own, named after the first with -R: the same goods and what was
    received for them (but no delivery fee), negative, and so are the discounts they were given at.
    """
    time = events.time()
    lines = events.lines
    bought = np.flatnonzero((time >= since) & (time < until))
    back = np.flatnonzero((lines.returned >= max(since, 1)) & (lines.returned < until))
    rows = np.concatenate([bought, back])
    sign = np.repeat([1, -1], [len(bought), len(back)])
    when = np.concatenate([time[bought], lines.returned[back]])
    order = np.argsort(when, kind="stable")
    rows, sign, when = rows[order], sign[order], when[order]
    purchase, first = lines.purchase[rows], sign > 0
    fee = np.where(first, lines.fee[rows], 0)
    goods_won = lines.amount[rows] - lines.fee[rows]
    channel, store = _where(of, events, purchase)
    return {
        "receipt": _receipts(events, purchase, first),
        "customer": pa.array(of.people.external_id).take(pa.array(events.purchases.who[purchase])),
        "time": moments(when),
        "store": store,
        "channel": channel,
        "product": pa.array(goods().code).take(pa.array(lines.product[rows])),
        "quantity": (sign * lines.quantity[rows]).astype(np.float64),
        "amount": sign * goods_won + fee,
        "price_discount": sign * lines.price_discount[rows],
        "coupon_discount": sign * lines.coupon_discount[rows],
        "fee": fee,
    }


def _receipts(events: Realised, purchase: Whole, first: np.ndarray) -> pa.Array:
    numbers = events.receipt.take(pa.array(purchase))
    return pc.if_else(pa.array(first), numbers, pc.binary_join_element_wise(numbers, "R", "-"))


def _where(of: World, events: Realised, purchase: Whole) -> tuple[Words, Words]:
    """Channel and store: the dealer's delivery, or the club's shop, web or phone."""
    who, way = events.purchases.who[purchase], events.purchases.way[purchase]
    home, shop = of.people.line[who] == 1, way < IN_SHOP
    own = np.select([home, shop, way < ON_WEB], ["delivery", "shop", "web"], "phone").astype(object)
    store = np.where(home, dealer_codes()[of.people.dealer[who]], shop_codes()[of.people.shop[who]])
    store[~home & ~shop] = None
    return own, store
