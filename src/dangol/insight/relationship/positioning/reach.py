"""Whom a channel may reach with advertising today: permission and contact caps, asked of everybody at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from dangol.lib.plain_rows import plain_rows
from dangol.records.customers.models import Customer
from dangol.records.permission.asking import ADVERTISING, ChannelFacts
from dangol.records.permission.queries import permitted
from dangol.records.rights.queries import objecting

type Ids = npt.NDArray[np.int64]
type Marks = npt.NDArray[np.bool_]
type Channels = Mapping[str, ChannelFacts]

OBJECTED = "objected"  # does not want to be chosen without a person
FORGOTTEN = "forgotten"


@dataclass(frozen=True)
class Reach:
    """may: whom of the ids asked about; withheld: how many not, by reason."""

    may: Marks
    withheld: Mapping[str, int]


def reach(ids: Ids, among: Marks, channel: ChannelFacts | None, *, at: datetime) -> Reach:
    """Whom of the ids a channel reaches; those `among` are counted. No channel: done in person, nothing is sent.

    Who objected to being chosen by a program is left out either way.
    """
    objected = np.isin(ids, np.fromiter(objecting(), dtype=np.int64))
    reasons = np.full(len(ids), "", dtype=object)
    if channel is not None:
        customers = permitted(Customer.objects.known(), channel=channel, kind=ADVERTISING, at=at)
        known = np.zeros(len(ids), np.bool_)
        for keys, told in plain_rows(customers.order_by("pk").values_list("pk", "withheld")):
            some = np.array(keys, dtype=np.int64)
            place = np.minimum(np.searchsorted(ids, some), max(len(ids) - 1, 0))
            here = np.flatnonzero(ids[place] == some) if len(ids) else np.empty(0, np.intp)
            reasons[place[here]] = np.array(told, dtype=object)[here]
            known[place[here]] = True
        reasons[~known] = FORGOTTEN
    reasons[objected] = OBJECTED
    counted = Counter(reasons[among].tolist())
    counted.pop("", None)
    return Reach(reasons == "", dict(counted))
