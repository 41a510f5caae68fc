"""The truth a campaign's interval must cover: both potential outcomes of everybody, in won."""

from dataclasses import replace

import numpy as np

from dangol.contact.intake.sources.dairy.assumptions import DAY, USUAL_OFFER, Real, Whole, Words, stream
from dangol.contact.intake.sources.dairy.baskets import filled, received
from dangol.contact.intake.sources.dairy.purchases import drawn
from dangol.contact.intake.sources.dairy.response import Messages, at_once, entries, taking_place
from dangol.contact.intake.sources.dairy.traits import World, lifetimes
from dangol.contact.intake.sources.dairy.weeks import Chapter, chapters

NOBODY = Messages(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))


def true_effect(of: World, customers: Words, since: int, until: int, offer: str = USUAL_OFFER) -> Whole:
    """Each customer's Y1 − Y0: net revenue within [since, until) if sent `offer` at `since`, less if not.

    In won, in the order of `customers` (external ids), `since` and `until` in seconds; exactly what
    `following` would show, since both outcomes come from the same possible purchases. Raises
    UnknownCustomers.
    """
    who = entries(of, customers)
    sent = at_once(of, who, time=since, offer=offer)
    difference = np.zeros(len(of.rate), dtype=np.int64)
    for part in chapters(of, until=until):
        if part.number:
            treated, untreated = (_revenue(of, part, these, since, until) for these in (sent, NOBODY))
            difference += treated - untreated
    return np.asarray(difference[who])


def responses(
    of: World, audience: Words, response_seed: int, since: int, until: int, offer: str = USUAL_OFFER
) -> tuple[Whole, Whole]:
    """Both outcomes (y0, y1) of everybody in the audience, drawn anew on the same business.

    The people, their rates, tastes and lift stay; when they buy, what they buy and which of those
    still here at `since` leave is drawn from `response_seed`. Won, in the order of `audience`, for
    messages sent at `since`. Raises UnknownCustomers.
    """
    who = entries(of, audience)
    random = stream("responses", of.seed, response_seed)
    anew = _remaining(of, since, random)
    begins = np.full(len(who), since // DAY * DAY)
    ends = np.full(len(who), -(-until // DAY) * DAY)
    purchases = drawn(anew, who, begins, ends, random, lift=of.lift[who])
    part = Chapter(1, purchases, filled(anew, purchases, random))
    sent = at_once(of, who, time=since, offer=offer)
    y0, y1 = (_revenue(anew, part, these, since, until)[who] for these in (NOBODY, sent))
    return y0, y1


def _remaining(of: World, since: int, random: np.random.Generator) -> World:
    """The same people with their remaining time as customers drawn anew from `since` on."""
    left = lifetimes(of.hazard, random)
    gone = np.where(of.gone > since, since // DAY * DAY + left, of.gone)
    return replace(of, gone=gone, steadfast=random.random(len(gone)))


def _revenue(of: World, part: Chapter, sent: Messages, since: int, until: int) -> Whole:
    """Net revenue by customer from the purchases of one chapter that take place."""
    keep = taking_place(of, part.purchases, sent)
    purchase = part.lines.purchase
    time = part.purchases.time[purchase]
    won = received(part.lines, time=time, since=since, until=until) * keep[purchase]
    who: Real = np.bincount(part.purchases.who[purchase], weights=won, minlength=len(of.rate))
    return np.rint(who).astype(np.int64)
