"""Whom to ask: a random part of the customers, of each region as many as its share, the same again for the same seed.

Left out are those who object to being chosen by a program, children without a guardian's yes, those who do not buy,
those who are not to be contacted at all, and whoever was asked in the last wave or answered it. Whether a message may
go to one of them is asked when it is planned and when it leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.db.models import QuerySet

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.score_arrays import arrays_of
from dangol.insight.analysis.surveys.waves import BEFORE
from dangol.insight.analysis.who_counts import Customers
from dangol.insight.relationship.fair_line import REGIONS, UNKNOWN
from dangol.insight.warehouse.surveys import INVITATION
from dangol.lib.plain_rows import columns_of
from dangol.records.customers.columns import Asked
from dangol.records.ledger.models import Interaction
from dangol.records.permission.answered_columns import standing_blocks
from dangol.records.voices.models import SurveyAnswer

MOST = 100_000
CODES = {name: number for number, name in enumerate(REGIONS)}

type Ids = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Drawn:
    """ids: by rising number; drawn, among: by region how many were drawn, and of how many; left_out: by reason."""

    ids: Ids
    drawn: Mapping[str, int]
    among: Mapping[str, int]
    left_out: Mapping[str, int]


def draw(*, people: int, seed: int, valued: Run | None, last_wave: date | None, as_of: datetime) -> Drawn:
    """So many customers to ask; valued: whose regions count; last_wave: the first day of the last wave. At most nine
    queries, however many customers there are.
    """
    ids = Customers.on_record(as_of=as_of).ids
    blocked = np.isin(ids, _column(standing_blocks(Asked(as_of)).filter(channel="").values_list("customer_id")))
    asked = np.isin(ids, _asked(last_wave, as_of)) & ~blocked
    kept = ids[~blocked & ~asked]
    regions = _regions(kept, valued)
    sizes = np.bincount(regions, minlength=len(REGIONS))
    wanted = shares(sizes, people)
    order = mixed(kept, seed)
    picked = [
        kept[mine[np.argsort(order[mine], kind="stable")[: wanted[code]]]]
        for code in range(len(REGIONS)) for mine in [np.flatnonzero(regions == code)]
    ]  # fmt: skip
    return Drawn(
        np.sort(np.concatenate(picked)),
        dict(zip(REGIONS, wanted.tolist(), strict=True)), dict(zip(REGIONS, sizes.tolist(), strict=True)),
        {"blocked": int(blocked.sum()), "asked": int(asked.sum())},
    )  # fmt: skip


def shares(sizes: npt.NDArray[np.int64], people: int) -> npt.NDArray[np.int64]:
    """Of each region as many as its share of all, whole people: the largest remainders are rounded up."""
    total = int(sizes.sum())
    people = min(people, total)
    if not total:
        return np.zeros(len(sizes), np.int64)
    exact = sizes * people / total
    whole = np.floor(exact).astype(np.int64)
    rest = people - int(whole.sum())
    whole[np.argsort(-(exact - whole), kind="stable")[:rest]] += 1
    return whole


def mixed(ids: Ids, seed: int) -> npt.NDArray[np.uint64]:
    """A number for each id that looks drawn by lot and is the same for the same seed (splitmix64 of both)."""
    salt = int.from_bytes(sha256(f"loyalty:{seed}".encode()).digest()[:8], "big")
    mix = ids.astype(np.uint64) ^ np.uint64(salt)
    with np.errstate(over="ignore"):
        mix = mix + np.uint64(0x9E3779B97F4A7C15)
        mix = (mix ^ (mix >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mix = (mix ^ (mix >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    found: npt.NDArray[np.uint64] = mix ^ (mix >> np.uint64(31))
    return found


def _asked(last_wave: date | None, as_of: datetime) -> Ids:
    """Whom the last wave asked or heard."""
    if last_wave is None:
        return np.array([], np.int64)
    zone = ZoneInfo(settings.DANGOL.time_zone)
    since = datetime.combine(last_wave, time(), tzinfo=zone)
    heard = SurveyAnswer.objects.filter(at__gte=since, at__lte=as_of)
    invited = Interaction.objects.filter(kind=INVITATION, at__gte=since - timedelta(days=BEFORE), at__lte=as_of)
    return np.unique(np.concatenate([
        _column(rows.order_by().values_list("identity__customer_id").distinct()) for rows in (heard, invited)
    ]))  # fmt: skip


def _regions(ids: Ids, valued: Run | None) -> npt.NDArray[np.int64]:
    codes = np.full(len(ids), CODES[UNKNOWN], np.int64)
    if valued is None or not len(ids):
        return codes
    owners, words = arrays_of(valued, ["region"], words=["region"])["region"]
    at = np.clip(np.searchsorted(ids, owners), 0, len(ids) - 1)
    fits = ids[at] == owners
    codes[at[fits]] = [CODES.get(word, CODES[UNKNOWN]) for word in words[fits].tolist()]
    return codes


def _column(rows: QuerySet[Any, Any]) -> Ids:
    (ids,) = columns_of(rows, np.int64)
    return ids
