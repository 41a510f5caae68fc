"""People who were forgotten come again in the next file of the same source: they stay forgotten.

What they bought counts in revenue without a name; everything else about them is left out.
"""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from dangol.contact.intake.feeds import Feed
from dangol.records.customers.forgetting import forgotten

WHOSE = {"customers": "external_id"}


def without_forgotten(feed: Feed, *, source: str) -> Feed:
    """The feed with nobody in it who was forgotten; one look-up where nobody was."""
    column = WHOSE.get(feed.kind, "customer")
    if column not in feed.table.column_names:
        return feed
    people = pc.unique(feed.table[column]).drop_null().to_pylist()
    gone = forgotten(people, source=source)
    if not gone:
        return feed
    theirs = pc.fill_null(pc.is_in(feed.table[column], pa.array(gone, pa.string())), False)
    if feed.kind != "transactions":
        return replace(feed, table=feed.table.filter(pc.invert(theirs)))
    nameless = pc.if_else(theirs, pa.scalar(None, pa.string()), feed.table[column])
    place = feed.table.column_names.index(column)
    return replace(feed, table=feed.table.set_column(place, feed.table.schema.field(column), nameless))
