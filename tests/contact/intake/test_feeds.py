"""Feeds keep their contract, or are refused in a sentence."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.contact.intake.feeds import KINDS, SCHEMAS, Feed, WrongFeed, check, made

POINTS = {
    "ref": ["a"],
    "customer": ["c1"],
    "time": np.array(["2026-09-28T10:00"], dtype="datetime64[us]"),
    "kind": ["granted"],
    "amount": [100],
}


class TestMade:
    def test_fills_the_columns_left_out(self) -> None:
        feed = made("customers", {"external_id": ["c1", "c2"], "phone": ["010-0000-0000", None]})
        row = feed.table.to_pylist()[1]
        assert row["full_name"] == "" and row["phone"] is None and row["birth_date"] is None
        assert feed.table.schema.names == SCHEMAS["customers"].names

    @pytest.mark.parametrize("kind", KINDS)
    def test_makes_an_empty_feed_of_every_kind(self, kind: str) -> None:
        assert made(kind, {}).table.num_rows == 0

    def test_refuses_a_column_the_feed_does_not_have(self) -> None:
        with pytest.raises(WrongFeed, match="points has no column colour; it has ref, customer"):
            made("points", POINTS | {"colour": ["red"]})

    def test_refuses_to_invent_what_only_the_source_knows(self) -> None:
        with pytest.raises(WrongFeed, match="points was made without time, which only its source can know"):
            made("points", {name: values for name, values in POINTS.items() if name != "time"})

    def test_refuses_an_unknown_kind(self) -> None:
        with pytest.raises(WrongFeed, match="There is no feed called 'gossip'"):
            made("gossip", {})


class TestCheck:
    @given(st.sampled_from(KINDS), st.data())
    def test_refuses_any_table_that_lacks_a_column(self, kind: str, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(SCHEMAS[kind].names))
        table = made(kind, {}).table.drop_columns([name])
        with pytest.raises(WrongFeed, match=f"The feed {kind} lacks the column {name}"):
            check(Feed(kind, table))

    @given(st.sampled_from(KINDS), st.data())
    def test_refuses_any_column_of_another_type(self, kind: str, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(SCHEMAS[kind].names))
        table = made(kind, {}).table
        wrong = table.set_column(table.schema.get_field_index(name), name, pa.array([], pa.int8()))
        with pytest.raises(WrongFeed, match=f"has int8 in the column {name}"):
            check(Feed(kind, wrong))

    def test_refuses_an_empty_cell_where_a_value_must_be(self) -> None:
        with pytest.raises(WrongFeed, match="leaves 1 cells of the column customer empty"):
            made("points", POINTS | {"customer": [None]})

    def test_takes_the_columns_in_any_order(self) -> None:
        table = made("points", POINTS).table
        check(Feed("points", table.select(table.schema.names[::-1])))

    def test_refuses_a_column_given_twice(self) -> None:
        table = made("points", POINTS).table
        with pytest.raises(WrongFeed, match="has twice the column ref"):
            check(Feed("points", table.append_column("ref", table["ref"])))
