"""Standing orders of home delivery: what is brought month after month until somebody says that it shall end.

Of these customers alone it is recorded that they left, and not of all: some never say so, and their order stands on.
"""

import numpy as np

from dangol.contact.intake.sources.dairy.assumptions import Flags, moments, stream
from dangol.contact.intake.sources.dairy.goods import goods
from dangol.contact.intake.sources.dairy.people import NEVER
from dangol.contact.intake.sources.dairy.places import dealer_codes
from dangol.contact.intake.sources.dairy.response import Messages, kept
from dangol.contact.intake.sources.dairy.traits import World

ORDERED = 0.40  # of the customers of home delivery
TELLS = 0.80  # of those who leave
FEWEST, MOST = 4, 12  # of the usual product a month
AT_TEN = 10 * 3600
REASONS = ("이사", "집에 마실 사람이 줄어서", "가격", "다른 곳에서 받기로 해서", "")


def standing_orders(of: World, sent: Messages, *, since: int, until: int) -> dict[str, object]:
    """Orders begun in [since, until), and ends told in it, as columns of their feed, in order of time."""
    people, random = of.people, stream("standing orders", of.seed)
    has, tells, number, why = random.random((4, len(of.rate)))
    who = np.flatnonzero((people.line == 1) & (has < ORDERED))
    ends = np.where((tells < TELLS) & ~kept(of, sent), of.gone + AT_TEN, NEVER)[who]
    told = np.concatenate([people.registered[who], ends])
    rows = np.flatnonzero((told >= since) & (told < until))
    rows = rows[np.argsort(told[rows], kind="stable")]
    ended, who = rows >= len(who), np.tile(who, 2)[rows]
    quantity = FEWEST + (number[who] * (MOST + 1 - FEWEST)).astype(np.int64)
    reasons = np.array(REASONS, dtype=object)[(why[who] * len(REASONS)).astype(np.int64)]
    return {
        "ref": np.array([f"order-{name}" for name in people.external_id[who]], dtype=object),
        "customer": people.external_id[who],
        "time": moments(people.registered[who]),
        "store": dealer_codes()[people.dealer[who]],
        "product": goods().code[of.usual[who]],
        "description": goods().name[of.usual[who]],
        "quantity": quantity.astype(np.float64),
        "price": goods().price[of.usual[who]] * quantity,
        "period": np.full(len(who), "month", dtype=object),
        "ends": _where(ended, moments(told[rows])),
        "state": np.where(ended, "ended", "").astype(object),
        "state_at": _where(ended, moments(told[rows])),
        "reason": np.where(ended, reasons, "").astype(object),
    }


def _where(ended: Flags, at: np.ndarray) -> np.ndarray:
    return np.where(ended, at, np.datetime64("NaT", "us"))
