"""Every source keeps the protocol and yields well-formed feeds in one order."""

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from dangol.contact.intake.feeds import KINDS, Feed, check
from dangol.contact.intake.sources import NAMES, SENT, Source, UnknownSource, source_named
from dangol.contact.intake.sources.dairy import Dairy
from dangol.contact.intake.sources.retail import Retail
from tests.contact.intake.sources.conftest import by_kind


class TestSourceNamed:
    @pytest.mark.parametrize("name", NAMES)
    def test_finds_every_source(self, name: str) -> None:
        source = source_named(name)
        assert isinstance(source, Source) and source.name == name

    def test_refuses_a_name_it_does_not_know(self) -> None:
        with pytest.raises(UnknownSource, match="no scenario called 'bakery'; choose one of dairy, retail"):
            source_named("bakery")

    @pytest.mark.parametrize("name", NAMES)
    def test_says_where_the_data_come_from(self, name: str) -> None:
        assert len(source_named(name).notice) > 40

    def test_tells_the_simulated_from_the_real(self) -> None:
        assert [source_named(name).real for name in ("dairy", "retail")] == [False, True]


@pytest.mark.parametrize("fixture", ["history", "quiet_weeks", "year"])
class TestFeeds:
    def test_keep_the_schema_of_their_kind(self, fixture: str, request: pytest.FixtureRequest) -> None:
        for kind, table in request.getfixturevalue(fixture).items():
            check(Feed(kind, table))

    def test_come_in_the_order_of_kinds_and_never_empty(self, fixture: str, request: pytest.FixtureRequest) -> None:
        tables = request.getfixturevalue(fixture)
        assert list(tables) == [kind for kind in KINDS if kind in tables]
        assert all(table.num_rows for table in tables.values())

    def test_give_every_fact_a_key_of_its_own(self, fixture: str, request: pytest.FixtureRequest) -> None:
        tables = request.getfixturevalue(fixture)
        for kind, key in (("units", "code"), ("products", "code"), ("customers", "external_id"),
                          ("points", "ref"), ("interactions", "ref"), ("answers", "ref")):  # fmt: skip
            if kind in tables:
                keys = tables[kind][key]
                assert pc.count_distinct(keys).as_py() == len(keys), kind


class TestHistoryAndFollowing:
    def test_of_the_dairy_meet_without_gap_or_overlap(
        self, dairy: Dairy, history: dict[str, pa.Table], quiet_weeks: dict[str, pa.Table]
    ) -> None:
        whole = {feed.kind: feed.table for feed in dairy.feeds(until=dairy.closes_at)}
        for kind in ("consents", "transactions", "points", "interactions"):
            assert pa.concat_tables([history[kind], quiet_weeks[kind]]).equals(whole[kind]), kind

    def test_of_the_shop_meet_without_gap_or_overlap(self, retail: Retail, year: dict[str, pa.Table]) -> None:
        before = by_kind(list(retail.feeds(until=retail.opens_at)))
        weeks = retail.following(since=retail.opens_at, until=retail.closes_at, sent=SENT.empty_table())
        after = by_kind(list(weeks))
        assert before["transactions"].num_rows == 1_095_181
        assert pc.max(before["transactions"]["time"]).as_py() < datetime(2017, 10, 1)
        for kind in ("transactions", "interactions"):
            assert pa.concat_tables([before[kind], after[kind]]).equals(year[kind])
        for kind in ("units", "customers"):
            assert before[kind].num_rows + after[kind].num_rows == year[kind].num_rows
        told_of = pc.unique(before["interactions"]["customer"])
        assert pc.all(pc.is_in(told_of, before["customers"]["external_id"].combine_chunks())).as_py()
