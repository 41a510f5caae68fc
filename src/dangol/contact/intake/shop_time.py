"""The shop's clock on the wall and the one clock of the store."""

import pyarrow as pa
import pyarrow.compute as pc

from dangol.lib.bulk import UTC_TIME


def to_utc(times: pa.Array | pa.ChunkedArray, zone: str) -> pa.Array | pa.ChunkedArray:
    """Naive times of the shop as UTC.

    An hour that comes twice in autumn is taken as the first; one skipped in spring as the moment after it.
    """
    local = pc.assume_timezone(times.cast(pa.timestamp("us")), zone, ambiguous="earliest", nonexistent="latest")
    return local.cast(UTC_TIME)
