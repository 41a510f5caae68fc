"""What messages change: which possible purchases take place, for whoever was sent what and when.

A message works with a strength of 1 on the day it arrives, halved every six weeks. It can bring
responsive people to extra purchases, keep some of those who would have left, and make annoyed people
leave purchases out. Without a message exactly the usual purchases of those still with us take place.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from dangol.contact.intake.sources.dairy.assumptions import (
    ANNOYANCE,
    HALF_LIFE,
    LINES,
    OFFERS,
    OPENS,
    RETURNING,
    SAVED,
    STARTS,
    USUAL_OFFER,
    WORKS_FOR,
    Flags,
    Real,
    Whole,
    Words,
    seconds,
)
from dangol.contact.intake.sources.dairy.purchases import Purchases
from dangol.contact.intake.sources.dairy.traits import World
from dangol.lib.errors import DangolError

SEOUL_AHEAD = 9 * 3600  # seconds; Korea keeps no summer time


class UnknownCustomers(DangolError):
    """Messages went to people the dairy does not know."""


@dataclass(frozen=True)
class Messages:
    """Messages handed over: customer's entry, Seoul time in seconds, strength by offer and line."""

    who: Whole
    time: Whole
    strength: Real


def entries(of: World, customers: Words) -> Whole:
    """Where each external id stands in the world's arrays; raises UnknownCustomers."""
    at = of.people.number_of
    strangers = sorted({str(name) for name in customers if name not in at})
    if strangers:
        raise UnknownCustomers(
            f"The simulated dairy has no customer {', '.join(strangers[:3])}"
            f"{' and others' if len(strangers) > 3 else ''}; its customers are M000001 … and H000001 …."
        )
    return np.array([at[name] for name in customers], dtype=np.int64)


def messages(of: World, sent: pa.Table) -> Messages:
    """The messages of a `sent` table (customer, offer, sent_at in UTC); raises UnknownCustomers.

    History is settled: a message from before the opening counts as one sent at the opening.
    """
    who = entries(of, sent["customer"].to_numpy(zero_copy_only=False))
    at = sent["sent_at"].to_numpy(zero_copy_only=False).astype("datetime64[s]")
    time = (at - np.datetime64(STARTS, "s")).astype(np.int64) + SEOUL_AHEAD
    return Messages(who, np.maximum(time, seconds(OPENS)), strengths(of, who, sent["offer"].to_pylist()))


def at_once(of: World, who: Whole, *, time: int, offer: str) -> Messages:
    """One message to each of `who` at the same moment."""
    return Messages(who, np.full(len(who), time), strengths(of, who, [offer] * len(who)))


def strengths(of: World, who: Whole, offers: list[str | None]) -> Real:
    """How strongly each offer works for its receiver; an unknown offer works like the usual one."""
    table = {name: [by_line[line.name] for line in LINES] for name, by_line in OFFERS.items()}
    rows = np.array([table.get(offer or "", table[USUAL_OFFER]) for offer in offers]).reshape(-1, len(LINES))
    return np.asarray(rows[np.arange(len(who)), of.people.line[who]], dtype=np.float64)


def taking_place(of: World, purchases: Purchases, sent: Messages) -> Flags:
    """Which of the possible purchases take place, given the messages."""
    gone = of.gone[purchases.who] <= purchases.time
    if not len(sent.who):
        return ~purchases.extra & ~gone
    felt = _felt(of, purchases, sent)
    still = ~gone | kept(of, sent)[purchases.who]
    brought = purchases.mark < felt * np.where(still, 1.0, RETURNING)
    left_out = of.annoyed[purchases.who] & (purchases.mark < ANNOYANCE * felt)
    return np.where(purchases.extra, brought, still & ~left_out)


def kept(of: World, sent: Messages) -> Flags:
    """Whom a message has kept from leaving."""
    stay = np.zeros(len(of.gone), dtype=bool)
    for time, strength in _rounds(sent, len(of.gone)):
        stay |= of.responsive & (time < of.gone) & (of.steadfast < SAVED * strength)
    return stay


def _felt(of: World, purchases: Purchases, sent: Messages) -> Real:
    """The strongest message working at each purchase."""
    felt = np.zeros(len(purchases))
    for time, strength in _rounds(sent, len(of.gone)):
        age = purchases.time - time[purchases.who]
        working = np.where((age >= 0) & (age < WORKS_FOR), 0.5 ** (np.maximum(age, 0) / HALF_LIFE), 0.0)
        felt = np.maximum(felt, strength[purchases.who] * working)
    return felt


def _rounds(sent: Messages, customers: int) -> list[tuple[Whole, Real]]:
    """Each customer's first message, then each one's second, and so on: times and strengths by customer."""
    order = np.lexsort((sent.time, sent.who))
    who, time, strength = sent.who[order], sent.time[order], sent.strength[order]
    number = np.arange(len(who)) - np.searchsorted(who, who)
    rounds = []
    for turn in range(int(number.max(initial=-1)) + 1):
        now = number == turn
        when, how = np.full(customers, np.int64(1) << 60), np.zeros(customers)
        when[who[now]], how[who[now]] = time[now], strength[now]
        rounds.append((when, how))
    return rounds
