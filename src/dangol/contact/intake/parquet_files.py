"""Tables that other programs write as Parquet: every column as the text a spreadsheet would hold, to the last digit."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from dangol.contact.intake.tables import (
    SAMPLES,
    WIDEST,
    CannotRead,
    Cells,
    Table,
    names_of,
    nothing_in,
    too_wide,
    unique,
    without_nul,
)

ROWS = 5_000
BUFFER = 1 << 20  # bytes read at once of a column; without it a whole group of rows would be held
MOST = 64 << 20  # bytes of one column in ROWS rows: more is made to fill a memory, not to be read
TROUBLE = (pa.ArrowException, OSError, ValueError, NotImplementedError)


def opened(path: Path) -> Table:
    """The table in such a file. Raises CannotRead, for a column of lists or records too."""
    import pyarrow.parquet as parquet

    try:
        file = parquet.ParquetFile(path, buffer_size=BUFFER, pre_buffer=False)
        schema, count = file.schema_arrow, file.metadata.num_rows
        file.close()
    except TROUBLE as error:
        raise _unreadable(path, error) from error
    if len(schema.names) > WIDEST:
        raise too_wide(path)
    if nested := [one.name for one in schema if _kind(one.type) is None]:
        raise CannotRead(
            _("%(file)s holds lists or records in %(columns)s. Write them as texts, or leave those columns out.")
            % {"file": path.name, "columns": ", ".join(nested[:5])}
        )
    if not count or not schema.names:
        raise nothing_in(path)
    headings = unique([*schema.names, "."])[:-1]
    reading = _Reading(path, len(headings))
    samples: list[Cells] = []
    for batch in reading.batches():
        columns = [column.slice(0, SAMPLES).to_pylist() for column in batch.columns[1:]]
        samples = [list(cells) for cells in zip(*columns, strict=True)]
        break
    return Table(headings, 0, "parquet", samples, count, reading.batches, lambda: reading.position)


class _Reading:
    def __init__(self, path: Path, width: int) -> None:
        self.path, self.width, self.position = path, width, 0

    def batches(self) -> Iterator[pa.RecordBatch]:
        import pyarrow.parquet as parquet

        self.position = 0
        texts = range(self.width)
        try:
            with parquet.ParquetFile(
                self.path, buffer_size=BUFFER, pre_buffer=False, read_dictionary=self._texts(parquet)
            ) as file:
                for batch in file.iter_batches(ROWS):
                    rows = pa.array(range(self.position + 1, self.position + batch.num_rows + 1), pa.int64())
                    columns = [_as_text(batch.column(place), self.path) for place in texts]
                    self.position += batch.num_rows
                    yield without_nul(pa.record_batch([rows, *columns], names_of(self.width)))
        except TROUBLE as error:
            raise _unreadable(self.path, error) from error

    def _texts(self, parquet: Any) -> list[str]:
        schema = parquet.read_schema(self.path)
        return [one.name for one in schema if _kind(one.type) == "text"]


def _kind(type_: pa.DataType) -> str | None:
    """How a column becomes text; None for what holds several values in one cell."""
    kinds = pa.types
    while kinds.is_dictionary(type_) or isinstance(type_, pa.BaseExtensionType):
        type_ = type_.value_type if kinds.is_dictionary(type_) else type_.storage_type
    if kinds.is_nested(type_) or kinds.is_interval(type_) or kinds.is_duration(type_):
        return None
    if kinds.is_string(type_) or kinds.is_large_string(type_) or kinds.is_string_view(type_):
        return "text"
    if kinds.is_binary(type_) or kinds.is_large_binary(type_) or kinds.is_fixed_size_binary(type_):
        return "text"
    if kinds.is_timestamp(type_):
        return "moment"
    return "number" if kinds.is_floating(type_) else "yes" if kinds.is_boolean(type_) else "other"


def _as_text(column: pa.Array, path: Path) -> pa.Array:
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if pa.types.is_dictionary(column.type):
        lengths = pc.binary_length(column.dictionary.cast(pa.binary())).take(column.indices)
        if (pc.sum(lengths).as_py() or 0) > MOST:
            raise ValueError(_("the cells of one column are longer than %(size)s MB") % {"size": MOST >> 20})
        column = column.dictionary_decode()
    kind = _kind(column.type)
    if kind == "number":
        column = _number(column)
    elif kind == "yes":
        column = pc.if_else(column, "TRUE", "FALSE")
    elif kind == "moment":
        column = _moment(column)
    elif pa.types.is_fixed_size_binary(column.type):
        column = column.cast(pa.binary())
    return pc.fill_null(column.cast(pa.string()), "")


def _number(column: pa.Array) -> pa.Array:
    """17850.0 → 17850; what is not a number is nothing."""
    written = column.cast(pa.string())
    written = pc.replace_substring_regex(written, r"^(-?\d+)\.0+$", r"\1")
    return pc.if_else(pc.is_finite(column), written, "")


def _moment(column: pa.Array) -> pa.Array:
    """As 2026-11-22 10:30:00, with a fraction only where there is one, and with Z where the moment is the world's."""
    zoned = column.type.tz is not None
    written = column.cast(pa.timestamp(column.type.unit)).cast(pa.string())
    written = pc.replace_substring_regex(written, r"(\.\d*?)0+$", r"\1")
    written = pc.replace_substring_regex(written, r"\.$", "")
    written = pc.replace_substring_regex(written, r"(\.\d{6})\d+$", r"\1")
    return pc.binary_join_element_wise(written, "Z", "") if zoned else written


def _unreadable(path: Path, error: Exception) -> CannotRead:
    return CannotRead(
        _("%(file)s is not a Parquet file that can be read (%(reason)s). Save it as CSV or XLSX.")
        % {"file": path.name, "reason": str(error).splitlines()[0][:120] if str(error) else type(error).__name__}
    )
