"""The real shop comes in whole: every count and every cent."""

import importlib.util
import json
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from dangol.contact.intake.sources import SENT
from dangol.contact.intake.sources.retail import Retail, package
from dangol.contact.intake.sources.retail.package import MissingPackage
from dangol.contact.intake.sources.retail.tills import BrokenCents, cents


class TestTheYear:
    def test_has_every_line_of_every_household(self, year: dict[str, pa.Table]) -> None:
        lines = year["transactions"]
        assert lines.num_rows == 1_469_307
        assert pc.count_distinct(lines["receipt"]).as_py() == 155_848
        assert pc.count_distinct(lines["customer"]).as_py() == 2_469 == year["customers"].num_rows
        assert pc.count_distinct(lines["product"]).as_py() == 68_509

    def test_keeps_the_money_to_the_cent(self, year: dict[str, pa.Table]) -> None:
        lines = year["transactions"]
        names = ("amount", "price_discount", "coupon_discount", "match_discount", "fee")
        sums = [pc.sum(lines[name]).as_py() for name in names]
        assert sums == [459_603_958, 79_165_064, 2_635_990, 454_265, 0]

    def test_keeps_lines_of_quantity_zero(self, year: dict[str, pa.Table]) -> None:
        assert pc.sum(pc.equal(year["transactions"]["quantity"], 0.0)).as_py() == 8_869

    def test_keeps_the_534_lines_of_new_years_morning_as_written(self, year: dict[str, pa.Table]) -> None:
        times = year["transactions"]["time"]
        late = pc.greater_equal(times, pa.scalar(datetime(2018, 1, 1), times.type))
        assert pc.sum(late).as_py() == 534
        assert pc.max(times).as_py() == datetime(2018, 1, 1, 4, 1, 20)

    def test_makes_stubs_of_products_sold_but_not_listed(self, year: dict[str, pa.Table]) -> None:
        products = year["products"]
        stubs = products.filter(pc.is_null(products["category"]))
        assert (products.num_rows, stubs.num_rows) == (92_331 + 17, 17)
        assert stubs["code"].to_pylist() == stubs["name"].to_pylist()
        assert not set(year["transactions"]["product"].unique().to_pylist()) - set(products["code"].to_pylist())

    def test_describes_801_households_and_names_none(self, year: dict[str, pa.Table]) -> None:
        rows = [json.loads(text) for text in year["customers"]["attributes"].to_pylist()]
        assert sum(bool(row) for row in rows) == 801
        assert {"age", "income", "kids_count"} <= set.union(*(set(row) for row in rows))
        assert set(year["customers"]["full_name"].to_pylist()) == {""}
        assert year["customers"]["phone"].null_count == 2_469
        assert "consents" not in year

    def test_tells_of_campaigns_and_coupons(self, year: dict[str, pa.Table]) -> None:
        contacts = year["interactions"].group_by(["kind", "direction"]).aggregate([([], "count_all")])
        counts = {(row["kind"], row["direction"]): row["count_all"] for row in contacts.to_pylist()}
        assert counts == {("mailing", "out"): 6_589, ("coupon_redeemed", "in"): 2_102}
        texts = pc.unique(year["interactions"].filter(pc.field("kind") == "mailing")["text"])
        assert len(texts) == 27

    def test_speaks_only_of_households_it_brought(self, year: dict[str, pa.Table]) -> None:
        known = set(year["customers"]["external_id"].to_pylist())
        assert set(year["interactions"]["customer"].unique().to_pylist()) <= known


class TestTheOpening:
    def test_is_the_end_of_september(self, retail: Retail) -> None:
        assert retail.opens_at.isoformat() == "2017-10-01T00:00:00-04:00"

    def test_is_followed_by_the_same_weeks_whatever_was_sent(self, retail: Retail) -> None:
        window = {"since": retail.opens_at, "until": datetime(2017, 10, 8, tzinfo=retail.opens_at.tzinfo)}
        sent = pa.table({"customer": ["1"], "source_ref": ["x"], "offer": ["coupon"],
                         "sent_at": [datetime(2017, 10, 1, 14)]}, schema=SENT)  # fmt: skip
        with_it = [feed.table for feed in retail.following(**window, sent=sent)]
        without = [feed.table for feed in retail.following(**window, sent=SENT.empty_table())]
        assert all(a.equals(b) for a, b in zip(with_it, without, strict=True))


class TestThePackage:
    def test_is_asked_for_with_the_way_out(self, retail: Retail, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(package, "find_spec", lambda name: None)
        with pytest.raises(MissingPackage, match=r"not installed: run `make setup` or `pip install .dangol\[demo\].`"):
            next(iter(retail.feeds(until=retail.opens_at)))

    def test_is_refused_when_a_file_is_missing_or_broken(
        self, retail: Retail, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        spec = importlib.util.spec_from_loader(package.PACKAGE, None, is_package=True)
        assert spec is not None
        spec.submodule_search_locations = [str(tmp_path)]
        monkeypatch.setattr(package, "find_spec", lambda name: spec)
        with pytest.raises(MissingPackage, match=r"lacks its file campaign_descriptions\.parquet"):
            package.table("transactions")
        data = tmp_path / "data"
        data.mkdir()
        for name in package.FILES:
            pq.write_table(pa.table({"a": [1]}), data / f"{name}.parquet")
        (data / "transactions.parquet").write_bytes(b"PAR1 half a file")
        with pytest.raises(MissingPackage, match=r"transactions\.parquet .* cannot be read"):
            package.table("transactions")


class TestCents:
    def test_refuse_to_lose_part_of_a_cent(self) -> None:
        assert cents(pa.chunked_array([[0.29, 1.15, 840.0]]), "sales_value").to_pylist() == [29, 115, 84_000]
        with pytest.raises(BrokenCents, match="not whole cents"):
            cents(pa.chunked_array([[0.295]]), "sales_value")
