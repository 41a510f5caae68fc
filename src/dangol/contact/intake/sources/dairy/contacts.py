"""What passed between the dairy and its customers besides purchases.

Late deliveries and complaints and inquiries around purchases; the club's three mailings with their
gifts, by the age of the child; holiday gifts of the dealers who give them; invitations to surveys.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from dangol.contact.intake.sources.dairy import wordings
from dangol.contact.intake.sources.dairy.assumptions import (
    DAY,
    LINES,
    Flags,
    Real,
    Whole,
    Words,
    moments,
    seconds,
    stream,
)
from dangol.contact.intake.sources.dairy.goods import GIFTS, chosen, goods
from dangol.contact.intake.sources.dairy.permissions import Permissions
from dangol.contact.intake.sources.dairy.realised import Realised
from dangol.contact.intake.sources.dairy.surveys import Wave
from dangol.contact.intake.sources.dairy.traits import World

COMPLAINS_WHEN_LATE = 0.30
BY_SATISFACTION = -0.4  # a standard deviation more satisfied: e**-.4 times the complaints
CONSOLED = 0.25  # share of complaints answered with a voucher
VOUCHER = 2_000
STAGES = {"pregnancy": None, "months4": 122, "months12": 365}  # days after birth
HOLIDAY_GIFTS = (
    (datetime.fromisoformat("2025-01-24T10:00"), "설 선물 세트", 4_000),
    (datetime.fromisoformat("2025-10-01T10:00"), "추석 선물 세트", 4_000),
    (datetime.fromisoformat("2026-02-12T10:00"), "설 선물 세트", 4_500),
    (datetime.fromisoformat("2026-09-21T10:00"), "추석 선물 세트", 4_500),
    (datetime.fromisoformat("2027-02-03T10:00"), "설 선물 세트", 4_500),
)


@dataclass(frozen=True)
class Contacts:
    """Interactions of one kind; a scalar stands for every row. Times in seconds, worth in won."""

    ref: Words
    who: Whole
    time: Whole
    direction: str
    kind: str
    touchpoint: Words
    text: Words
    minutes: Real
    worth: Whole


def interactions(
    of: World, events: Realised, allowed: Permissions, waves: list[Wave], *, since: int, until: int
) -> dict[str, object]:
    """The interactions of [since, until) as columns of their feed, in order of time."""
    parts = [*around_purchases(of, events), *mailings(of, allowed), *holiday_gifts(of)]
    parts += [_invitations(of, wave) for wave in waves]
    time = np.concatenate([part.time for part in parts])
    rows = np.flatnonzero((time >= since) & (time < until))
    rows = rows[np.argsort(time[rows], kind="stable")]
    columns: dict[str, object] = {
        "customer": of.people.external_id[np.concatenate([part.who for part in parts])[rows]],
        "time": moments(time[rows]),
    }
    for name in ("ref", "touchpoint", "text", "minutes", "worth"):
        columns[name] = np.concatenate([getattr(part, name) for part in parts])[rows]
    for name in ("direction", "kind"):
        words = [np.full(len(part.who), getattr(part, name), dtype=object) for part in parts]
        columns[name] = np.concatenate(words)[rows]
    return columns


def around_purchases(of: World, events: Realised) -> Iterator[Contacts]:
    """Late deliveries, then complaints (most after those), then inquiries."""
    bought = events.purchases
    line = of.people.line[bought.who]
    dealer = of.people.dealer[bought.who]
    chance = _by_line("late")[line] * np.where(dealer >= 0, of.lateness[dealer], 0.0)
    late = bought.late < chance
    minutes = 10 + np.where(late, 50 * _again(bought.late / np.maximum(chance, 1e-9), 1), 0.0).round()
    discontent = (
        _by_line("complaints")[line] * of.complained_of * np.exp(BY_SATISFACTION * of.louder * of.general[bought.who])
    )
    wants = discontent + np.where(late, COMPLAINS_WHEN_LATE, 0.0)
    products = goods().spoken[_first_products(events)]

    def said(
        kind: str, which: Flags, luck: Real, templates: tuple[str, ...], told: Real, took: Real, worth: Whole
    ) -> Contacts:
        rows = np.flatnonzero(which)
        receipts = events.receipt.take(rows).to_pylist()
        inward = kind != "late_delivery"
        delay = (luck[rows] * 30 * 3600).astype(np.int64) if inward else 0
        means = np.where(_again(luck[rows], 2) < 0.7, "call", "web") if inward else np.full(len(rows), "delivery")
        return Contacts(
            ref=np.array([f"{kind}-{receipt}" for receipt in receipts], dtype=object),
            who=bought.who[rows],
            time=bought.time[rows] + delay,
            direction="in" if inward else "out",
            kind=kind,
            touchpoint=means.astype(object),
            text=wordings.filled_in(templates, luck[rows], _again(luck[rows], 3), products[rows], told[rows]),
            minutes=took[rows],
            worth=worth[rows],
        )

    nothing = np.zeros(len(bought), dtype=np.int64)
    yield said("late_delivery", late, _again(bought.late, 2), wordings.LATE, minutes, minutes, nothing)
    upset, luck = bought.complains < wants, _again(bought.complains, 2)
    talk = (6 + 20 * _again(bought.complains, 3)).round()
    voucher = np.where(_again(bought.complains, 4) < CONSOLED, VOUCHER, 0)
    for because, templates in ((late, wordings.LATE_COMPLAINTS), (~late, wordings.COMPLAINTS)):
        yield said("complaint", upset & because, luck, templates, minutes, talk, voucher)
    asks, luck = bought.asks < _by_line("inquiries")[line], _again(bought.asks, 3)
    talk = (2 + 8 * _again(bought.asks, 4)).round()
    yield said("inquiry", asks, luck, wordings.INQUIRIES, minutes, talk, nothing)


def _by_line(name: str) -> Real:
    return np.array([float(getattr(line, name)) for line in LINES])


def _again(uniform: Real, times: int) -> Real:
    """Another uniform number from later digits of one: nothing new has to be drawn."""
    return np.asarray(uniform * 1000.0**times % 1.0)


def _first_products(events: Realised) -> Whole:
    """The product on the first line of each purchase."""
    first = np.searchsorted(events.lines.purchase, np.arange(len(events.purchases)))
    return np.asarray(events.lines.product[first])


def mailings(of: World, allowed: Permissions) -> Iterator[Contacts]:
    """The club's mailing and gift of each stage, to members who agreed to mail by post."""
    born, registered = of.people.child_born, of.people.registered
    club = of.people.line == 0
    random = stream("mailings", of.seed)
    for stage, days in STAGES.items():
        time = registered + 10 * DAY if days is None else born + days * DAY + 10 * 3600
        goes = club & allowed.by_post & (time >= registered + DAY)
        if days is None:
            goes &= time < born
        who = np.flatnonzero(goes)
        name, cost = GIFTS[stage]
        offered = goods().spoken[_advised(of, who, time[who], random.random(len(of.rate))[who])]
        texts = [wordings.MAILINGS[stage].format(product=product) for product in offered]
        yield _sent_out(of, "mailing", stage, who, time[who], np.array(texts, dtype=object), 0)
        yield _sent_out(of, "gift", stage, who, time[who], np.full(len(who), name, dtype=object), cost)


def _advised(of: World, who: Whole, time: Whole, uniform: Real) -> Whole:
    """The product a mailing recommends: one of the member's stage."""
    return chosen(of.stage(who, time), uniform)


def holiday_gifts(of: World) -> Iterator[Contacts]:
    """What generous dealers give to the customers they have at Seollal and Chuseok."""
    dealer = of.people.dealer
    generous = (dealer >= 0) & of.generous[dealer]
    for at, name, cost in HOLIDAY_GIFTS:
        time = seconds(at)
        who = np.flatnonzero(generous & (of.begins < time) & (of.gone > time))
        text = np.full(len(who), name, dtype=object)
        yield _sent_out(of, "gift", f"{at:%Y%m%d}", who, np.full(len(who), time), text, cost)


def _invitations(of: World, wave: Wave) -> Contacts:
    text = np.full(len(wave.invited), "고객 만족도 조사에 참여해 주세요", dtype=object)
    time = np.full(len(wave.invited), wave.begins)
    return _sent_out(of, "survey_invitation", wave.name, wave.invited, time, text, 0)


def _sent_out(of: World, kind: str, of_what: str, who: Whole, time: Whole, text: Words, worth: int) -> Contacts:
    names = of.people.external_id[who]
    return Contacts(
        ref=np.array([f"{kind}-{of_what}-{name}" for name in names], dtype=object),
        who=who,
        time=time,
        direction="out",
        kind=kind,
        touchpoint=np.full(len(who), "mail" if kind != "survey_invitation" else "message", dtype=object),
        text=text,
        minutes=np.zeros(len(who)),
        worth=np.full(len(who), worth, dtype=np.int64),
    )
