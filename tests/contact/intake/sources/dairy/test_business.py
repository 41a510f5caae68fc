"""The simulated dairy: the same for the same seed, and nobody in it could be real."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from dangol.contact.intake.sources.dairy import Dairy
from dangol.contact.intake.sources.dairy.people import people
from dangol.contact.intake.sources.dairy.traits import world
from dangol.contact.intake.sources.dairy.weeks import chapter

SEOUL = ZoneInfo("Asia/Seoul")


class TestTheSameSeed:
    def test_gives_the_same_dairy(self, dairy: Dairy, history: dict[str, pa.Table]) -> None:
        world.cache_clear()
        chapter.cache_clear()
        for feed in Dairy(seed=dairy.seed).feeds(until=dairy.opens_at):
            assert feed.table.equals(history[feed.kind]), feed.kind

    def test_draws_the_same_people_each_time_and_another_seed_draws_others(self) -> None:
        first, again, other = people(11), people(11), people(12)
        assert (first.full_name == again.full_name).all() and (first.registered == again.registered).all()
        assert (first.full_name != other.full_name).mean() > 0.9

    def test_tells_an_earlier_moment_a_part_of_the_same_story(self, dairy: Dairy, history: dict[str, pa.Table]) -> None:
        early = datetime(2025, 7, 1, tzinfo=SEOUL)
        for feed in dairy.feeds(until=early):
            if feed.kind in ("transactions", "points", "interactions", "answers"):
                rows = history[feed.kind].to_pandas()
                expected = rows[rows["time"] < pd.Timestamp(2025, 7, 1)].reset_index(drop=True)
                pd.testing.assert_frame_equal(feed.table.to_pandas(), expected)


class TestThePeople:
    def test_are_six_thousand_of_each_line(self, history: dict[str, pa.Table]) -> None:
        customers = history["customers"].to_pandas()
        assert customers["line"].value_counts().to_dict() == {"mothers_club": 6_000, "home_delivery": 6_000}

    def test_of_home_delivery_belong_to_forty_dealers_below_regional_offices(
        self, history: dict[str, pa.Table]
    ) -> None:
        customers, units = history["customers"].to_pandas(), history["units"].to_pandas().set_index("code")
        dealers = customers.loc[customers["line"] == "home_delivery", "unit"]
        assert dealers.nunique() == 40
        assert set(units.loc[dealers.unique(), "kind"]) == {"dealer"}
        above = units.loc[units.loc[dealers.unique(), "parent"]]
        assert set(above["kind"]) == {"region"} and set(above["parent"]) == {"HQ"}

    def test_have_numbers_and_addresses_that_cannot_exist(self, history: dict[str, pa.Table]) -> None:
        customers = history["customers"].to_pandas()
        digits = customers["phone"].dropna().str.replace("+82", "0").str.replace("-", "")
        assert digits.str.fullmatch(r"0100\d{7}").all() and digits.is_unique
        assert customers["email"].dropna().str.endswith("@example.com").all()
        assert customers["postcode"].str.fullmatch(r"00\d{3}").all()
        assert all(re.search(r"(로|길) 9\d{3}(,|$)", address) for address in customers["address"])

    def test_write_their_numbers_in_several_ways_and_some_have_none(self, history: dict[str, pa.Table]) -> None:
        phone = history["customers"].to_pandas()["phone"]
        assert 0.02 < phone.isna().mean() < 0.06
        for way in (r"010-0\d{3}-\d{4}", r"0100\d{7}", r"\+82100\d{7}"):
            assert phone.dropna().str.fullmatch(way).any()

    def test_were_grown_up_when_they_registered(self, history: dict[str, pa.Table]) -> None:
        customers = history["customers"].to_pandas()
        age = (customers["registered_at"] - pd.to_datetime(customers["birth_date"])).dt.days / 365.25
        assert age.min() > 17

    def test_share_addresses_in_households(self, history: dict[str, pa.Table]) -> None:
        together = history["customers"].to_pandas().dropna(subset=["household"]).groupby("household")
        assert len(together) == 450
        assert (together.size() == 2).all() and (together["address"].nunique() == 1).all()

    def test_have_registered_before_anything_is_told_of_them(self, history: dict[str, pa.Table]) -> None:
        registered = history["customers"].to_pandas().set_index("external_id")["registered_at"]
        for kind, time in (("transactions", "time"), ("interactions", "time"), ("consents", "answered_at")):
            rows = history[kind].to_pandas()
            assert (rows[time] >= rows["customer"].map(registered)).all(), kind

    def test_agree_to_advertising_in_the_share_we_state(self, history: dict[str, pa.Table]) -> None:
        consents = history["consents"].to_pandas()
        sms = consents[(consents["purpose"] == "marketing") & (consents["channel"] == "sms")]
        last = sms.groupby("customer")["granted"].last()
        assert 0.64 < last.mean() < 0.74
        changed = sms.groupby("customer").size() == 2
        assert changed.sum() > 200 and not last[changed].any()
        assert 11_200 < len(last) < 11_700  # the others were never asked


class TestTheLines:
    def test_are_a_quarter_of_a_million(self, history: dict[str, pa.Table]) -> None:
        assert 200_000 < history["transactions"].num_rows < 300_000

    def test_add_up(self, history: dict[str, pa.Table]) -> None:
        lines = history["transactions"].to_pandas()
        price = history["products"].to_pandas().set_index("code")["unit_price"]
        bought = lines[lines["quantity"] > 0]
        listed = bought["quantity"] * bought["product"].map(price)
        paid = bought["amount"] - bought["fee"] + bought["price_discount"] + bought["coupon_discount"]
        assert (listed == paid).all()
        assert (bought["amount"] > 0).all()

    def test_return_only_what_was_bought(self, history: dict[str, pa.Table]) -> None:
        lines = history["transactions"].to_pandas()
        back = lines[lines["quantity"] < 0]
        first = lines[lines["quantity"] > 0].set_index("receipt")
        assert 0.005 < len(back) / len(lines) < 0.02
        assert (back["amount"] < 0).all() and (back["fee"] == 0).all()
        assert back["receipt"].str.removesuffix("-R").isin(first.index).all()

    def test_come_from_the_clubs_coupons_and_the_dealers_deliveries(self, history: dict[str, pa.Table]) -> None:
        lines = history["transactions"].to_pandas()
        home = lines["customer"].str.startswith("H")
        assert set(lines.loc[home, "channel"]) == {"delivery"}
        assert set(lines.loc[~home, "channel"]) == {"shop", "web", "phone"}
        assert (lines.loc[~home, "coupon_discount"] > 0).mean() > 0.5
        assert (lines.loc[home, "coupon_discount"] > 0).mean() < 0.1
        dealer = history["customers"].to_pandas().set_index("external_id")["unit"]
        assert (lines.loc[home, "store"] == lines.loc[home, "customer"].map(dealer)).all()


class TestPoints:
    def test_are_never_used_before_they_are_granted(self, history: dict[str, pa.Table]) -> None:
        points = history["points"].to_pandas()
        signed = points["amount"].where(points["kind"] == "granted", -points["amount"])
        assert set(points["kind"]) == {"granted", "redeemed", "expired"}
        assert (signed.groupby(points["customer"]).cumsum() >= 0).all()


class TestTheClub:
    def test_is_written_to_at_three_stages_of_the_childs_age(self, history: dict[str, pa.Table]) -> None:
        contacts, customers = history["interactions"].to_pandas(), history["customers"].to_pandas()
        mailings = contacts[contacts["kind"] == "mailing"].copy()
        mailings["stage"] = mailings["ref"].str.split("-").str[1]
        assert set(mailings["stage"]) == {"pregnancy", "months4", "months12"}
        child = customers.set_index("external_id")["attributes"].str.extract(r'"([0-9-]{10})"')[0]
        born = pd.to_datetime(mailings["customer"].map(child))
        days = (mailings["time"].dt.normalize() - born).dt.days
        assert (days[mailings["stage"] == "pregnancy"] <= 0).all()
        assert (days[mailings["stage"] == "months4"] == 122).all()
        assert (days[mailings["stage"] == "months12"] == 365).all()
        gifts = contacts[(contacts["kind"] == "gift") & contacts["customer"].str.startswith("M")]
        assert len(gifts) == len(mailings) and (gifts["worth"] > 0).all()

    def test_writes_only_to_members_who_agreed_to_post(self, history: dict[str, pa.Table]) -> None:
        consents = history["consents"].to_pandas()
        agreed = consents[(consents["channel"] == "dm") & consents["granted"]]["customer"]
        contacts = history["interactions"].to_pandas()
        assert contacts.loc[contacts["kind"] == "mailing", "customer"].isin(set(agreed)).all()


class TestVoices:
    def test_complain_in_many_words_most_where_deliveries_come_late(self, history: dict[str, pa.Table]) -> None:
        contacts = history["interactions"].to_pandas()
        complaints = contacts[contacts["kind"] == "complaint"]
        assert complaints["text"].nunique() > 200
        assert complaints["customer"].str.startswith("H").mean() > 0.85
        assert not contacts["text"].str.contains("[{}]|\\(이\\)|이\\(가\\)|을\\(를\\)", regex=True).any()

    def test_answer_as_three_in_ten_of_those_asked(self, history: dict[str, pa.Table]) -> None:
        contacts, answers = history["interactions"].to_pandas(), history["answers"].to_pandas()
        asked = contacts[contacts["kind"] == "survey_invitation"]
        sheets = answers.groupby(["survey", "customer"]).ngroups
        noise = 3 * np.sqrt(0.3 * 0.7 / len(asked))
        assert sheets / len(asked) == pytest.approx(0.30, abs=noise + 0.005)

    @pytest.mark.parametrize("dimension", ["convenience", "trust", "brand", "care", "commitment"])
    @pytest.mark.parametrize("line", ["M", "H"])
    def test_are_as_reliable_as_stated(
        self, dairy: Dairy, history: dict[str, pa.Table], dimension: str, line: str
    ) -> None:
        """Within a line: the part of the score's variance that is true, and Cronbach's alpha of its two items."""
        answers = history["answers"].to_pandas().query("dimension == @dimension and customer.str.startswith(@line)")
        items = answers.pivot(index=["survey", "customer"], columns="item", values="score")
        truth = dairy.truth(dairy.opens_at).to_pandas().set_index("customer")[dimension]
        true = truth.reindex(items.index.get_level_values("customer")).to_numpy()
        assert np.corrcoef(items.mean(axis=1), true)[0, 1] ** 2 == pytest.approx(0.8, abs=0.03)
        alpha = 2 * (1 - items.var().sum() / items.sum(axis=1).var())
        assert alpha == pytest.approx(0.8, abs=0.04)
