"""Foretelling who buys again: kept as a run with everything it rests on, held later against what happened."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from dangol.insight.analysis.leaving import looked_at
from dangol.insight.analysis.leaving.looked_at import TooShort
from dangol.insight.analysis.leaving.monitoring import check_foretold, reviews
from dangol.insight.analysis.leaving.names import CHANCE
from dangol.insight.analysis.leaving.queries import foretold, last_check
from dangol.insight.analysis.leaving.settings import LeavingSettings
from dangol.insight.analysis.models import Run, Score
from dangol.insight.analysis.prediction.examples import CannotLearn
from dangol.insight.analysis.prediction.leaks import LeakFound
from dangol.insight.analysis.queries import scores
from dangol.insight.analysis.who_counts import Customers
from dangol.insight.warehouse.queries import lake
from dangol.lib.settings import BadSettings
from dangol.records.customers.models import Customer
from tests.insight.analysis.leaving.shop import AS_OF, TODAY, foretold_at, foretold_shop, people, sales, shop
from tests.insight.warehouse.small_lake import customers, line, small_lake

pytestmark = pytest.mark.django_db


class TestRun:
    def test_does_not_change_with_what_happens_after_its_day(self, folder: Path, tmp_path: Path) -> None:
        people()
        shop(folder)
        first = list(scores(foretold_at(), names=[CHANCE]).order_by("customer_id").values_list("customer_id", "value"))
        folder.rename(tmp_path / "before")
        shop(folder, until=date(2026, 12, 20))
        again = list(scores(foretold_at(), names=[CHANCE]).order_by("customer_id").values_list("customer_id", "value"))
        assert again == first

    def test_leaves_out_who_was_forgotten(self, folder: Path) -> None:
        people()
        shop(folder)
        Customer.objects.filter(lake_key=1).update(erased_at=AS_OF)
        assert not scores(foretold_at()).filter(customer__lake_key=1).exists()


class TestLeak:
    def test_feature_that_looks_into_the_future_stops_the_run(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        people()
        shop(folder)
        careless = looked_at.features

        def planted(lake: Any, cut: Any, **told: Any) -> Any:
            """Count the purchases of the year, whatever the cut-off: a slip that is easily made."""
            table = careless(lake, cut, **told)
            lines = lake.of_customers("lines")
            counted = lake.arrow(lines.group_by("customer_key").aggregate(n=lines.count()))
            known = dict(zip(counted["customer_key"].to_pylist(), counted["n"].to_pylist(), strict=True))
            values = [float(known.get(key, 0)) for key in table["customer_key"].to_pylist()]
            return table.set_column(table.column_names.index("fees"), "fees", [values])

        monkeypatch.setattr(looked_at, "features", planted)
        with pytest.raises(LeakFound, match="'fees' changes when the future is cut away"):
            foretold_at()
        assert foretold() is None
        assert not Score.objects.exists()


class TestReview:
    def test_holds_the_last_forecast_against_what_came(self, folder: Path) -> None:
        earlier = foretold_shop(until=date(2026, 12, 20), as_of=AS_OF - timedelta(days=30))
        assert earlier.summary["reviews"] == []
        (review,) = foretold_at().summary["reviews"]
        assert (review["run"], review["day"], review["days"]) == (earlier.pk, "2026-08-28", 30)
        chances = dict(scores(earlier, names=[CHANCE]).values_list("customer__lake_key", "value"))
        assert review["said"] == pytest.approx(sum(chances.values()) / len(chances))
        bought = {
            row["identity_key"] - 1000
            for row in sales()
            if date(2026, 8, 28) < row["at"].date() <= TODAY
        }  # fmt: skip
        assert review["share"] == pytest.approx(sum(key in bought for key in chances) / len(chances))
        assert not review["worthless"]

    def test_says_that_a_forecast_was_off(self, folder: Path) -> None:
        foretold_shop(until=TODAY - timedelta(days=30), as_of=AS_OF - timedelta(days=30))  # then the shop closes
        (review,) = reviewed()
        assert review["share"] == 0
        assert review["off"]

    def test_waits_until_the_days_are_over(self, folder: Path) -> None:
        people()
        shop(folder)
        foretold_at(AS_OF - timedelta(days=29))
        assert reviewed() == []


class TestCheck:
    def test_waits_until_the_days_of_a_forecast_are_over_and_looks_once(self, folder: Path) -> None:
        earlier = foretold_shop(until=date(2026, 12, 20), as_of=AS_OF - timedelta(days=30))
        assert check_foretold(as_of=AS_OF - timedelta(days=1), at=AS_OF) is None
        checked = check_foretold(as_of=AS_OF, at=AS_OF)
        assert checked is not None
        assert checked.summary["run"] == earlier.pk
        assert checked.summary == reviewed()[0]
        assert not checked.summary["off"]
        assert check_foretold(as_of=AS_OF + timedelta(days=9), at=AS_OF) == checked
        assert last_check() == checked.summary

    def test_says_that_nobody_came_any_more(self, folder: Path) -> None:
        foretold_shop(until=TODAY - timedelta(days=30), as_of=AS_OF - timedelta(days=30))  # then the shop closes
        checked = check_foretold(as_of=AS_OF, at=AS_OF)
        assert checked is not None
        assert (checked.summary["share"], checked.summary["off"]) == (0, True)

    def test_looks_at_the_next_forecast_once_its_days_are_over(self, folder: Path) -> None:
        foretold_shop(until=date(2026, 12, 20), as_of=AS_OF - timedelta(days=30))
        check_foretold(as_of=AS_OF, at=AS_OF)
        again = foretold_at()
        check_foretold(as_of=AS_OF + timedelta(days=29), at=AS_OF)
        assert last_checked() != again.pk
        check_foretold(as_of=AS_OF + timedelta(days=30), at=AS_OF)
        assert last_checked() == again.pk

    def test_looks_again_where_more_came_into_the_warehouse(self, folder: Path) -> None:
        foretold_shop(until=TODAY - timedelta(days=30), as_of=AS_OF - timedelta(days=30))
        early = check_foretold(as_of=AS_OF, at=AS_OF)
        assert early is not None
        assert early.summary["off"]
        Run.objects.filter(pk=early.pk).update(lake_version="v000000")
        rmtree(folder)
        shop(folder)  # what was sold in those days comes late
        late = check_foretold(as_of=AS_OF, at=AS_OF)
        assert late is not None
        assert not late.summary["off"]
        assert last_check() == late.summary
        assert check_foretold(as_of=AS_OF, at=AS_OF) == late

    def test_is_none_where_nobody_foretold(self, folder: Path) -> None:
        assert check_foretold(as_of=AS_OF, at=AS_OF) is None


def reviewed() -> list[dict[str, Any]]:
    """What became of earlier forecasts by today."""
    return [one.as_json() for one in reviews(lake(), today=TODAY, customers=Customers.on_record(as_of=AS_OF))]


def last_checked() -> int:
    """The forecast that was looked back on last."""
    check = last_check()
    assert check is not None
    return int(check["run"])


class TestRefusal:
    def test_names_the_days_on_record_and_what_one_could_ask_instead(self, folder: Path) -> None:
        people()
        shop(folder)
        with pytest.raises(TooShort, match=r"on record for 27\d days.* 360 are needed. Ask about 60 days instead"):
            foretold_at(days=90)
        assert not Run.objects.filter(finished_at__isnull=False).exists()

    def test_says_that_no_sale_names_a_customer(self, folder: Path) -> None:
        small_lake(folder, **customers(3))
        with pytest.raises(TooShort, match="No sale names a customer yet"):
            foretold_at()

    def test_tells_both_numbers_where_everybody_came_back(self, folder: Path) -> None:
        people(150)
        daily = [
            line(key, date(2026, 1, 1) + timedelta(day), 1000) for key in range(1, 151) for day in range(0, 270, 9)
        ]
        small_lake(folder, **customers(150), lines=daily)
        with pytest.raises(CannotLearn, match="Of 150 customers 150 did it and 0 did not"):
            foretold_at()

    def test_tells_how_many_customers_are_needed(self, folder: Path) -> None:
        people(60)
        shop(folder, count=60)
        with pytest.raises(CannotLearn, match="at least 100 are needed"):
            foretold_at()

    @pytest.mark.parametrize("days", [0, 6, 366])
    def test_refuses_days_nobody_asks_about(self, days: int) -> None:
        with pytest.raises(BadSettings):
            LeavingSettings(days=days)
