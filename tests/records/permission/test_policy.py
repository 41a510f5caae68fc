"""Packs: what is read, what is refused, and which holds on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dangol.config.settings import Home
from dangol.lib.settings import BadSettings
from dangol.records.permission import policy
from dangol.records.permission.models import Guardianship
from dangol.records.permission.policy import BadPack, home_pack, months_before, next_moment, pack_at, packs, read_packs

SEOUL = ZoneInfo("Asia/Seoul")
KR = (policy.FOLDER / "kr-2026-10.toml").read_text(encoding="utf-8")


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.toml").write_text(text, encoding="utf-8")
    return folder


class TestOurPacks:
    @pytest.mark.parametrize("jurisdiction", ["kr", "intl"])
    def test_name_a_source_for_every_rule(self, jurisdiction: str) -> None:
        for pack in packs(jurisdiction):
            named = {rule for source in pack.sources for rule in source.rules}
            assert named == set(vars(pack.rules))
            assert all(source.url.startswith("https://") and source.title for source in pack.sources)

    def test_of_korea_change_on_the_day_the_law_did(self) -> None:
        assert pack_at("kr", date(2026, 9, 30)).rules.certified_media == ()
        assert pack_at("kr", date(2026, 10, 1)).rules.certified_media == ("sms",)

    def test_know_every_way_to_verify_a_guardian(self) -> None:
        for jurisdiction in ("kr", "intl"):
            for pack in packs(jurisdiction):
                assert set(pack.rules.guardian_methods) == set(Guardianship.Method.values)

    def test_judge_a_day_before_the_first_by_the_first(self) -> None:
        assert pack_at("kr", date(2001, 1, 1)) == packs("kr")[0]

    def test_have_a_name_that_decisions_keep(self) -> None:
        assert pack_at("kr", date(2026, 11, 22)).ref == "kr-2026-10.1"

    def test_of_another_planet_are_refused(self) -> None:
        with pytest.raises(policy.NoSuchJurisdiction, match="intl, kr"):
            packs("mars")


class TestReading:
    def test_takes_a_sound_pack(self, tmp_path: Path) -> None:
        assert read_packs(written(tmp_path, kr_2026_10=KR))["kr"][0].rules.deal_months == 6

    @pytest.mark.parametrize(
        ("old", "new", "words"),
        [
            ("deal_months = 6", "deal_months = 6\nlucky_numbers = 7", "there is no “lucky_numbers”"),
            ("deal_months = 6\n", "", "“deal_months” is missing"),
            ("deal_months = 6", 'deal_months = "six"', "deal_months cannot be 'six'"),
            ("deal_months = 6", "deal_months = true", "deal_months cannot be True"),
            ("deal_months = 6", "deal_months = -6", "below zero"),
            ("night_ends = 08:00:00\n", "", "both its ends"),
            ("remind_months = 23", "remind_months = 24", "before the consent is too old"),
            ('zone = "Asia/Seoul"', 'zone = "Asia/Soul"', "no time zone"),
            ('rules = ["acknowledge_days"]', 'rules = ["acknowledge_hours"]', "acknowledge_hours"),
            ('rules = ["acknowledge_days"]', 'rules = ["age"]', "no source is named for acknowledge_days"),
            ("effective_from = 2026-10-01", "effective_from = 2026-10-01T00:00:00", "effective_from cannot be"),
            ("effective_from = 2026-10-01", 'effective_from = 2026-10-01\nmotto = "?"', "there is no “motto”"),
            ("version = 1", "", "“version” is missing"),
            ("[rules]", "[rules", "cannot be read as TOML"),
            ('id = "kr-2026-10"', 'id = "kr-2027"', "should be called kr-2027.toml"),
        ],
    )
    def test_refuses_aloud_what_is_no_rule(self, tmp_path: Path, old: str, new: str, words: str) -> None:
        assert old in KR
        with pytest.raises(BadPack, match=words):
            read_packs(written(tmp_path, kr_2026_10=KR.replace(old, new, 1)))

    @pytest.mark.parametrize(
        ("ends", "words"),
        [
            ("2026-12-31", "no pack holds between"),
            ("2027-01-01", "both hold on 2027-01-01"),
            ("2027-06-01", "both hold on 2027-01-01"),
            (None, "both hold on 2027-01-01"),
            ("2026-09-01", "ends before it begins"),
        ],
    )
    def test_refuses_a_day_with_two_packs_or_none(self, tmp_path: Path, ends: str | None, words: str) -> None:
        first = KR.replace("effective_from = 2026-10-01", "effective_from = 2026-10-01" + (
            f"\neffective_to = {ends}" if ends else ""))  # fmt: skip
        second = KR.replace("effective_from = 2026-10-01", "effective_from = 2027-01-01").replace(
            'id = "kr-2026-10"', 'id = "kr-2027-01"'
        )
        if ends == "2026-12-31":
            second = second.replace("2027-01-01", "2027-01-02", 1)
        with pytest.raises(BadPack, match=words):
            read_packs(written(tmp_path, kr_2026_10=first, kr_2027_01=second))

    def test_refuses_packs_that_end_with_no_other_after(self, tmp_path: Path) -> None:
        last = KR.replace("effective_from = 2026-10-01", "effective_from = 2026-10-01\neffective_to = 2027-01-01")
        with pytest.raises(BadPack, match="no pack holds after 2027-01-01"):
            read_packs(written(tmp_path, kr_2026_10=last))


class TestHome:
    @pytest.mark.parametrize(("currency", "set_", "law"), [
        ("KRW", "", "kr"), ("USD", "", "intl"), ("EUR", "kr", "kr"), ("KRW", "intl", "intl"),
    ])  # fmt: skip
    def test_is_under_the_rules_of_its_currency_unless_set(
        self, settings: Any, currency: str, set_: str, law: str
    ) -> None:
        settings.DANGOL = replace(settings.DANGOL, currency=currency, jurisdiction=set_)
        assert home_pack(datetime(2026, 11, 22, tzinfo=SEOUL)).jurisdiction == law

    def test_refuses_a_strange_jurisdiction_and_caps_below_zero(self) -> None:
        for wrong in ({"jurisdiction": "mars"}, {"contact_cap": -1}, {"contact_cap_days": -1}):
            with pytest.raises(BadSettings):
                Home(**wrong)

    def test_changes_rules_at_midnight_in_seoul(self) -> None:
        midnight = datetime(2026, 10, 1, tzinfo=SEOUL)
        assert home_pack(midnight - timedelta(microseconds=1)).id == "kr-2014-11"
        assert home_pack(midnight).id == "kr-2026-10"


class TestNight:
    @pytest.mark.parametrize(
        ("clock", "morning"),
        [
            ("2026-11-22T20:59:59", "2026-11-22T20:59:59"),
            ("2026-11-22T21:00:00", "2026-11-23T08:00:00"),
            ("2026-11-22T23:59:59", "2026-11-23T08:00:00"),
            ("2026-11-23T00:00:00", "2026-11-23T08:00:00"),
            ("2026-11-23T07:59:59", "2026-11-23T08:00:00"),
            ("2026-11-23T08:00:00", "2026-11-23T08:00:00"),
            ("2026-12-31T22:00:00", "2027-01-01T08:00:00"),
        ],
    )
    def test_ends_at_eight_in_seoul(self, clock: str, morning: str) -> None:
        at = datetime.fromisoformat(clock).replace(tzinfo=SEOUL)
        assert next_moment(at) == datetime.fromisoformat(morning).replace(tzinfo=SEOUL)

    def test_is_that_of_seoul_wherever_the_shop_stands(self, settings: Any) -> None:
        settings.DANGOL = replace(settings.DANGOL, jurisdiction="kr", time_zone="America/New_York")
        # 08:00 in New York is 21:00 in Seoul in summer and 22:00 in winter.
        for day in (date(2026, 7, 1), date(2026, 12, 1)):
            at = datetime(day.year, day.month, day.day, 8, tzinfo=ZoneInfo("America/New_York"))
            assert next_moment(at) > at

    def test_is_no_rule_elsewhere(self) -> None:
        at = datetime(2026, 11, 22, 23, tzinfo=SEOUL)
        assert pack_at("intl", at.date()).morning_after(at) == at


class TestMonthsBefore:
    @pytest.mark.parametrize(("day", "months", "before"), [
        (date(2026, 11, 22), 6, date(2026, 5, 22)), (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2024, 8, 31), 6, date(2024, 2, 29)), (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 31), 24, date(2024, 12, 31)), (date(2024, 2, 29), 168, date(2010, 2, 28)),
        (date(2026, 3, 1), 0, date(2026, 3, 1)),
    ])  # fmt: skip
    def test_keeps_the_day_or_takes_the_months_last(self, day: date, months: int, before: date) -> None:
        assert months_before(day, months) == before
