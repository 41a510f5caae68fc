"""`dangol import`: what may be said together, what it answers, and the currency a new home takes."""

import argparse
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from dangol.config.commands import import_file
from dangol.contact.intake import profiles
from dangol.contact.intake.kinds import KINDS
from dangol.lib.errors import WrongUse
from dangol.records.ledger.models import Transaction
from dangol.web.imports.taking import told

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
ANSWER = [
    "kind", "rows", "accepted", "rejected", "created", "updated", "unchanged", "amount_total", "batch", "rejects_file",
    "warnings", "seconds",
]  # fmt: skip


@pytest.fixture(autouse=True)
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(settings, "DANGOL", replace(settings.DANGOL, source="own", currency="KRW"))
    with translation.override("en"):
        yield


def said(*words: str) -> argparse.Namespace:
    command = argparse.ArgumentParser()
    import_file.add_words(command)
    return command.parse_args(words)


def test_every_kind_can_be_named() -> None:
    assert set(import_file.KINDS) == set(KINDS)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("customers", "a.csv", "--partner", "카페"), "--partner belongs to `dangol import details`"),
        (("customers", "a.csv", "--basis", "consent"), "--basis belongs to `dangol import details`"),
        (("customers", "a.csv", "--keep", "등급=혜택"), "--keep needs --basis"),
        (("details", "a.csv", "--profile", "pos"), "--profile does not belong to `dangol import details`"),
    ],
)
def test_what_does_not_belong_together_is_refused_before_anything_is_read(
    words: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(WrongUse, match=sentence):
        import_file._refuse_strays(said(*words), of_partner=words[0] == "details")


@pytest.mark.django_db
class TestAnswer:
    @pytest.mark.parametrize("kind", ["customers", "transactions"])
    def test_has_the_same_words_for_every_kind(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / "file.csv"
        path.write_text("고객번호,일자,금액,메모\nC1,2026-11-01,1200,vip\nC2,2026-11-02,,\n", encoding="utf-8")
        told = import_file._file(said(kind, str(path), "--dry-run", "--json"), by=None)
        assert list(told) == [*ANSWER, *import_file.FOR_PEOPLE]
        assert told["accepted"] + told["rejected"] == told["rows"] == 2
        assert told["created"] + told["updated"] + told["unchanged"] == told["accepted"]
        assert told["amount_total"] == (1200 if kind == "transactions" else 0)

    def test_goes_by_a_profile_and_by_what_is_said_over_it(self, tmp_path: Path) -> None:
        path = tmp_path / "file.csv"
        path.write_text("a,b,c,d\n2026-11-01,C1,5,7\n", encoding="utf-8")
        profiles.save("pos", kind="transactions", headings=["a", "b", "c", "d"],
                      mapping={"time": "a", "customer": "b", "amount": "c"}, by=None, at=AT)  # fmt: skip
        words = ("transactions", str(path), "--profile", "pos", "--dry-run", "--json")
        assert import_file._file(said(*words), by=None)["amount_total"] == 5
        assert import_file._file(said(*words, "--map", "amount=d"), by=None)["amount_total"] == 7
        with pytest.raises(profiles.NoSuchProfile):
            import_file._file(said("customers", str(path), "--profile", "pos"), by=None)


@pytest.mark.django_db
class TestCurrency:
    def test_of_the_first_file_becomes_that_of_a_home_without_sales(self, tmp_path: Path) -> None:
        import_file.prepare(tmp_path)
        import_file.take_currency(tmp_path, "GBP")
        assert settings.DANGOL.currency == "GBP"
        assert tomllib.loads((tmp_path / "dangol.toml").read_text(encoding="utf-8"))["currency"] == "GBP"

    def test_stays_what_it_is_once_something_was_sold(self, tmp_path: Path) -> None:
        import_file.prepare(tmp_path)
        Transaction.objects.create(source="own", receipt="1", at=AT, amount=1, currency="KRW")
        import_file.take_currency(tmp_path, "GBP")
        assert settings.DANGOL.currency == "KRW"

    def test_is_three_letters(self) -> None:
        with pytest.raises(WrongUse, match="three letters"):
            import_file._currency("원")
        assert import_file._currency("krw") == "KRW"


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("ko", "1,234줄 가운데 1,230줄을 가져왔어요. 못 가져온 줄: 4."),
        ("en", "1,230 of 1,234 rows taken in, 4 left out."),
    ],
)
def test_the_answer_is_said_in_one_language(language: str, first: str) -> None:
    answer = {"rows": 1234, "accepted": 1230, "rejected": 4, "warnings": ["-"], "rejects_file": "/x/rejects-1.csv"}
    with translation.override(language):
        sentences = told(answer, dry_run=False)
        assert told(answer, dry_run=True)[0] != first
    assert sentences[0] == first
    assert sentences[1] == "-" and sentences[2].endswith(": /x/rejects-1.csv")


def test_what_was_called_off_is_told_apart_from_what_is_to_mend() -> None:
    answer = {
        "rows": 9, "accepted": 6, "rejected": 3, "called_off": 2, "warnings": [], "rejects_file": "/x/rejects-1.csv",
    }  # fmt: skip
    with translation.override("en"):
        assert told(answer, dry_run=False) == [
            "6 of 9 rows taken in, 3 left out. Of those: called off 2, to mend 1.",
            "Mend and import again: /x/rejects-1.csv",
        ]
        assert told(answer | {"called_off": 3}, dry_run=False)[-1] == "What was left out: /x/rejects-1.csv"


@pytest.mark.parametrize(
    ("language", "rows", "first"),
    [
        ("ko", 2, "아무것도 가져오지 않았어요. 2줄 모두 못 가져왔어요."),
        ("en", 2, "Nothing was taken in: all 2 rows were left out."),
        ("en", 1, "Nothing was taken in: its only row was left out."),
        ("en", 0, "Nothing was taken in: there was no row to take in."),
    ],
)
def test_a_file_of_which_nothing_came_in_is_told_as_such_and_why(language: str, rows: int, first: str) -> None:
    answer = {"rows": rows, "accepted": 0, "rejected": rows, "warnings": [], "rejects_file": None}
    refused = [(2, "Row 2: no day."), (3, "Row 3: no day.")][:rows]
    with translation.override(language):
        assert told(answer | {"refused": refused}, dry_run=False) == [first, *(why for _row, why in refused)]
