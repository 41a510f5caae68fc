"""`python -m tests.bench.addresses HOME`: the address of each page of a home, as JSON; null where there is none.

A process of its own, so that whoever measures stays small.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.bench import homes


def addresses() -> dict[str, str | None]:
    """Page → path. The profile is that of the customer with the most receipts, the campaign the latest."""
    from django.db.models import Count

    from dangol.decisions.campaigns.models import Campaign
    from dangol.insight.relationship.queries import current_run
    from dangol.records.customers.models import Identity

    busiest = Identity.objects.annotate(receipts=Count("transactions")).latest("receipts", "pk").customer_id
    campaign, run = Campaign.objects.order_by("-pk").values_list("pk", flat=True).first(), current_run()
    pages: dict[str, tuple[str, list[Any]]] = {
        "Today": ("today", []),
        "Customers": ("customers", []),
        "Customers, counted": ("customers_count", []),
        "a customer's profile": ("customer", [busiest]),
        "Relationship map": ("map", []),
        "Relationship map, its picture": ("map_spec", [run and run.pk]),
        "Campaigns": ("campaigns", []),
        "Campaign, its result": ("campaign", [campaign]),
        "Import": ("import", []),
    }
    return {page: _path(name, words) for page, (name, words) in pages.items() if None not in words}


def _path(name: str, words: list[Any]) -> str | None:
    from django.urls import NoReverseMatch, reverse

    try:
        return reverse(name, args=words)
    except NoReverseMatch:
        return None


homes.opened(Path(sys.argv[1]))
print(json.dumps(addresses()))
