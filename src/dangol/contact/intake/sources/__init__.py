"""Keeps the sources: whole businesses that come in as feeds, one folder each, strangers to each other.

Called by: intake's imports and the `dangol` command.
Must never know: Django, a database, a clock, or what will be done with the rows.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import import_module
from typing import Any, Protocol, runtime_checkable

import pyarrow as pa

from dangol.contact.intake.feeds import TIME, Feed
from dangol.lib.errors import WrongUse

# What the outbox handed over, as a source needs to know it: whom, for what, which offer, when (UTC).
SENT = pa.schema([("customer", pa.string()), ("source_ref", pa.string()), ("offer", pa.string()), ("sent_at", TIME)])

_FOLDERS = {"dairy": "Dairy", "retail": "Retail"}
NAMES = tuple(_FOLDERS)


class UnknownSource(WrongUse):
    """No source has that name."""


@runtime_checkable
class History(Protocol):
    """The past of one business: what a proof needs of a source."""

    name: str
    currency: str

    def feeds(self, *, until: datetime) -> Iterator[Feed]:
        """Everything strictly before the aware moment `until`, as if no campaign of ours had been sent."""
        ...


class Source(History, Protocol):
    """One business: its history, and the weeks that follow a campaign.

    Feeds come in the order units, products, customers, consents, transactions, points,
    interactions, answers, feedback, subscriptions, costs; a kind without rows is left out. The same call
    yields the same rows with the same keys, so reading twice is safe and a later `until` only adds rows.
    """

    real: bool  # False: simulated, and labelled so on every page
    time_zone: str
    opens_at: datetime  # aware; the clock when the first campaign is planned
    closes_at: datetime  # aware; the end of the first campaign's measurement
    notice: str  # what a page must say about where the data come from

    def following(self, *, since: datetime, until: datetime, sent: pa.Table) -> Iterator[Feed]:
        """The rows of [since, until), given the messages handed over (columns of `SENT`).

        Customers, products and units come again only where they are new.
        """
        ...


def source_named(name: str) -> Source:
    """The source with this name, with its own defaults; raises UnknownSource."""
    if name not in _FOLDERS:
        raise UnknownSource(f"There is no scenario called {name!r}; choose one of {', '.join(NAMES)}.")
    make: Callable[[], Any] = getattr(import_module(f"{__name__}.{name}"), _FOLDERS[name])
    source: Source = make()
    return source
