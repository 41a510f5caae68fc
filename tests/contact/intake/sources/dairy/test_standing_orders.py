"""Standing orders of the dairy: of home delivery, begun with it, ended when somebody leaves and says so."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from dangol.contact.intake.sources import SENT
from dangol.contact.intake.sources.dairy import Dairy

SEOUL = ZoneInfo("Asia/Seoul")


@pytest.fixture(scope="module")
def orders(history: dict[str, pa.Table]) -> pd.DataFrame:
    """Return what was told of orders before the first campaign."""
    return history["subscriptions"].to_pandas()


def test_are_of_four_in_ten_of_home_delivery_from_the_day_they_registered(
    orders: pd.DataFrame, history: dict[str, pa.Table]
) -> None:
    begun = orders[orders["state"] == ""].set_index("customer")
    customers = history["customers"].to_pandas().set_index("external_id").loc[begun.index]
    assert set(customers["line"]) == {"home_delivery"}
    assert 2_250 < len(begun) < 2_550
    assert (begun["time"] == customers["registered_at"]).all()
    assert (begun["store"] == customers["unit"]).all()


def test_cost_so_many_of_their_product_a_month(orders: pd.DataFrame, history: dict[str, pa.Table]) -> None:
    price = history["products"].to_pandas().set_index("code")["unit_price"]
    assert (orders["price"] == orders["quantity"] * orders["product"].map(price)).all()
    assert set(orders["period"]) == {"month"}
    assert set(orders["quantity"]) == set(range(4, 13))


def test_end_on_the_day_on_which_four_in_five_of_those_leave_who_have_one(dairy: Dairy, orders: pd.DataFrame) -> None:
    world = dairy.world
    days = (np.datetime64("2024-10-01", "s") + world.gone.astype("timedelta64[s]")).astype("datetime64[s]")
    gone = pd.Series(days, world.people.external_id)
    left = set(gone[gone < pd.Timestamp(2026, 9, 28)].index) & set(orders["customer"])
    ended = orders[orders["state"] == "ended"].set_index("customer")
    assert set(ended.index) <= left
    assert 0.76 < len(ended) / len(left) < 0.84
    assert (ended["ends"].dt.normalize() == gone[ended.index]).all()
    assert (ended["ends"] == ended["state_at"]).all()
    assert orders.loc[orders["state"] == "", "ends"].isna().all()


def test_are_told_in_time_and_once(dairy: Dairy, orders: pd.DataFrame, quiet_weeks: dict[str, pa.Table]) -> None:
    told = orders["state_at"].fillna(orders["time"])
    assert told.is_monotonic_increasing
    assert not orders.duplicated(["ref", "state"]).any()
    early = datetime(2025, 7, 1, tzinfo=SEOUL)
    (before,) = [feed.table.to_pandas() for feed in dairy.feeds(until=early) if feed.kind == "subscriptions"]
    pd.testing.assert_frame_equal(before, orders[told < pd.Timestamp(2025, 7, 1)].reset_index(drop=True))
    after = quiet_weeks["subscriptions"].to_pandas()
    assert (after["state_at"].fillna(after["time"]) >= pd.Timestamp(2026, 9, 28)).all()


def test_stand_where_a_message_kept_somebody(dairy: Dairy, quiet_weeks: dict[str, pa.Table]) -> None:
    quiet = quiet_weeks["subscriptions"].to_pandas()
    leaving = quiet.loc[quiet["state"] == "ended", "customer"]
    at = datetime.fromisoformat("2026-09-28T00:00")
    sent = pa.Table.from_pylist(
        [{"customer": name, "source_ref": "", "offer": "care", "sent_at": at} for name in leaving], schema=SENT
    )
    feeds = dairy.following(since=dairy.opens_at, until=dairy.closes_at, sent=sent)
    (loud,) = [feed.table.to_pandas() for feed in feeds if feed.kind == "subscriptions"]
    still = set(leaving) - set(loud.loc[loud["state"] == "ended", "customer"])
    world = dairy.world
    known = np.flatnonzero(np.isin(world.people.external_id, list(still)))
    assert still and len(still) < len(leaving)
    assert world.responsive[known].all()
