"""By what a recommendation was carried out: a campaign, or care in person. The one place that knows them both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from dangol.decisions.campaigns import followed as campaigns
from dangol.decisions.care import queries as care


@dataclass(frozen=True)
class By:
    """A campaign or a plan of care, and where it stands."""

    name: str
    url: str


def carried_out_by(marks: Iterable[str]) -> Mapping[str, By]:
    """What stands behind these marks of the ledger: two questions at most."""
    wanted = set(marks)
    found = {mark: By(one.name, reverse("campaign", args=[one.pk])) for mark, one in campaigns.by_mark(wanted).items()}
    for mark, plan in care.by_mark(wanted).items():
        found[mark] = By(plan.name, f"{reverse('care')}?{urlencode({'who': 'all', 'plan': plan.pk})}")
    return found
