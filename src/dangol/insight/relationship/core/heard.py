"""Opinion leadership, as far as it is on record: words meant for others to hear, and people brought along.

Who knows whom is on record nowhere, so a network is not counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
from django.db.models import Count

from dangol.insight.analysis.groups.voices import LEADING
from dangol.insight.analysis.who_counts import Customers
from dangol.insight.relationship.core.names import REFERRAL
from dangol.records.voices.models import Feedback

type Array = npt.NDArray[np.float64]

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Heard:
    """times: how often each was heard in the last year; None where nothing of the sort was ever on record.

    kinds: of each kind how many customers and how many times, in the last year.
    """

    times: Array | None
    kinds: Mapping[str, tuple[int, int]]


def heard(customers: Customers, referrals: Array, *, as_of: datetime) -> Heard:
    """referrals: how many each brought along in the last year."""
    times, kinds = referrals.copy(), dict[str, tuple[int, int]]()
    if referrals.any():
        kinds[REFERRAL] = (int((referrals > 0).sum()), int(referrals.sum()))
    leading = Feedback.objects.filter(kind__in=LEADING, at__lte=as_of, identity__customer__isnull=False)
    rows = leading.filter(at__gt=as_of - YEAR).order_by().values_list("identity__customer_id")
    for kind in LEADING:
        counted = list(rows.filter(kind=kind).annotate(said=Count("pk")))
        whose, said = np.array(counted, np.int64).reshape(-1, 2).T
        at = customers.places_of(whose)
        at, said = at[at >= 0], said[at >= 0]
        if len(at):
            times[at] += said
            kinds[str(kind)] = (len(at), int(said.sum()))
    return Heard(times if kinds or leading.exists() else None, kinds)
