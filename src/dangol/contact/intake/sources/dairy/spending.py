"""What the dairy spends on customers besides what it gives them: bills by channel, each told once its time is over."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from dangol.contact.intake.sources.dairy.assumptions import STARTS, seconds, stream
from dangol.contact.intake.sources.dairy.traits import World

ROUND = 10_000  # won
UNEVEN = 0.12  # standard deviation of the logarithm of a bill


@dataclass(frozen=True)
class Bill:
    """What comes again: won for each time, the months in which it begins, how many months it covers."""

    channel: str
    purpose: str
    won: int
    months: tuple[int, ...] = tuple(range(1, 13))
    covers: int = 1
    begins: datetime = STARTS


BILLS = (
    Bill("산모교실 후원", "win", 2_400_000),
    Bill("육아 커뮤니티 광고", "win", 1_900_000),
    Bill("아파트 전단", "win", 1_300_000, months=(3, 4, 9, 10)),
    Bill("대리점 시음 행사", "win", 2_200_000, months=(5, 6, 9)),
    Bill("클럽 우편물 제작·발송", "keep", 2_600_000),
    Bill("대리점 안부 방문", "keep", 1_700_000),
    Bill("다시 시작 권유 전화", "win_back", 650_000, begins=datetime.fromisoformat("2025-11-01")),
    Bill("버스 광고", "joint", 18_000_000, months=(3, 9), covers=2),
)


def spending(of: World, *, since: int, until: int) -> dict[str, object]:
    """The bills whose time ended within [since, until), as columns of their feed, in order of time."""
    told = sorted((ends, place, begins) for ends, place, begins in _times() if since <= seconds(ends) < until)
    bills = [BILLS[place] for _ends, place, _begins in told]
    begun = [begins for _ends, _place, begins in told]
    return {
        "ref": [f"bill-{place + 1}-{begins:%Y-%m}" for _ends, place, begins in told],
        "purpose": [bill.purpose for bill in bills],
        "channel": [bill.channel for bill in bills],
        "since": [begins.date() for begins in begun],
        "until": [ends.date() - timedelta(days=1) for ends, _place, _begins in told],
        "amount": [_amount(of, place, begins) for _ends, place, begins in told],
    }


def _times() -> Iterator[tuple[datetime, int, datetime]]:
    """When each bill is told, which it is, and the first day it is for."""
    for number in range(12 * 20):
        first = _on(STARTS, number)
        for place, bill in enumerate(BILLS):
            if first.month in bill.months and first >= bill.begins:
                yield _on(first, bill.covers), place, first


def _on(day: datetime, months: int) -> datetime:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1)


def _amount(of: World, place: int, begins: datetime) -> int:
    """No two bills of a channel are the same; the same dairy always gets the same ones."""
    random = stream("spending", of.seed, place, begins.year * 12 + begins.month)
    return round(BILLS[place].won * float(np.exp(random.normal(0.0, UNEVEN))) / ROUND) * ROUND
