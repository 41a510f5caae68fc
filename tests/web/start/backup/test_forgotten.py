"""Whoever was forgotten does not come back with a backup, and nothing leaves the house a second time."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.web.start.backup.places import Other, Place, Said
from tests.web.start.backup.test_drill import rows

type Make = Callable[..., Place]

KNOWN = "SELECT id FROM customers_customer WHERE erased_at IS NULL ORDER BY id"
REFUSALS = """
SELECT (SELECT count(*) FROM permission_consent WHERE customer_id = {0} AND purpose = 'marketing' AND NOT granted),
       (SELECT count(*) FROM permission_suppression WHERE customer_id = {0} AND lifted_at IS NULL)
"""
NAME = "SELECT full_name FROM customers_customer WHERE id = {}"


@pytest.fixture
def backup(other: Other, shop: Place, tmp_path: Path) -> str:
    """Return a backup made before anybody was forgotten."""
    return str(other.ask(shop, "backed_up", file=str(tmp_path / "before.tar.gz")))


class TestForgotten:
    @pytest.mark.store
    def test_stay_forgotten_where_the_backup_takes_the_place_of_the_home(
        self, other: Other, shop: Place, place: Make, backup: str, tmp_path: Path
    ) -> None:
        (first, second, *others) = [pk for (pk,) in other.ask(shop, "ask", query=KNOWN)]
        for person in (first, second):
            other.ask(shop, "forgotten", customer=person)
        new = Place(shop.home, place("again", filled=False).database)
        answer = other.ask(new, "restored", file=backup, into=str(shop.home), replace=True)
        assert answer["erased_again"] == 2
        assert [pk for (pk,) in other.ask(new, "ask", query=KNOWN)] == others
        assert other.ask(new, "ask", query=NAME.format(first)) == [[""]]
        assert "한 사람" not in "".join("".join(told) for told in rows(other, new, tmp_path).values())
        # Once more, from the home that was restored: the list has grown, and still names everybody once.
        third = Place(shop.home, place("third", filled=False).database)
        again = other.ask(third, "restored", file=backup, into=str(shop.home), replace=True, later=60)
        assert again["erased_again"] == 2

    def test_stay_forgotten_beside_the_home_that_stands(
        self, other: Other, shop: Place, place: Make, backup: str
    ) -> None:
        (first, *others) = [pk for (pk,) in other.ask(shop, "ask", query=KNOWN)]
        other.ask(shop, "forgotten", customer=first)
        new = place("new")
        assert other.ask(new, "restored", file=backup, into=str(new.home))["erased_again"] == 1
        assert [pk for (pk,) in other.ask(new, "ask", query=KNOWN)] == others

    def test_before_the_backup_are_in_it_as_forgotten(self, other: Other, shop: Place, place: Make) -> None:
        first = other.ask(shop, "ask", query=KNOWN)[0][0]
        other.ask(shop, "forgotten", customer=first)
        file = other.ask(shop, "backed_up", file=str(shop.home.parent / "after.tar.gz"))
        new = place("new")
        assert other.ask(new, "restored", file=file, into=str(new.home))["erased_again"] == 0
        assert (new.home / "destructions.jsonl").read_bytes() == (shop.home / "destructions.jsonl").read_bytes()
        assert [pk for (pk,) in other.ask(new, "ask", query=KNOWN)] == [
            pk for (pk,) in other.ask(shop, "ask", query=KNOWN)
        ]

    def test_cannot_be_told_without_the_keys_so_nothing_is_restored(
        self, other: Other, shop: Place, place: Make, backup: str, tmp_path: Path
    ) -> None:
        first = other.ask(shop, "ask", query=KNOWN)[0][0]
        other.ask(shop, "forgotten", customer=first)
        keys = Path(shutil.move(shop.home / "keys.json", tmp_path / "copy-of-keys.json"))
        new = place("new")
        with pytest.raises(Said, match="--keys"):
            other.ask(new, "restored", file=backup, into=str(new.home))
        assert not new.home.exists()
        answer = other.ask(new, "restored", file=backup, into=str(new.home), keys=str(keys))
        assert (answer["erased_again"], answer["keys"]) == (1, "here")

    def test_of_another_business_in_that_place_do_not_count(
        self, other: Other, shop: Place, place: Make, backup: str
    ) -> None:
        first = other.ask(shop, "ask", query=KNOWN)[0][0]
        other.ask(shop, "forgotten", customer=first)
        (shop.home / "home-id").write_text("f" * 32, encoding="ascii")
        new = place("new")
        assert other.ask(new, "restored", file=backup, into=str(new.home))["erased_again"] == 0

    @pytest.mark.store
    def test_are_gone_from_the_warehouse_of_the_backup_too(
        self, other: Other, shop: Place, place: Make, backup: str
    ) -> None:
        first = other.ask(shop, "ask", query=KNOWN)[0][0]
        ((key,),) = other.ask(shop, "ask", query=f"SELECT lake_key FROM customers_customer WHERE id = {first}")
        assert key in other.ask(shop, "lake_numbers")
        other.ask(shop, "forgotten", customer=first)
        new = Place(shop.home, place("again", filled=False).database)
        assert other.ask(new, "restored", file=backup, into=str(shop.home), replace=True)["erased_again"] == 1
        assert key not in other.ask(new, "lake_numbers")


class TestRefused:
    @pytest.mark.store
    def test_is_refused_again_where_the_backup_takes_the_place_of_the_home(
        self, other: Other, shop: Place, place: Make, backup: str
    ) -> None:
        first, second = [pk for (pk,) in other.ask(shop, "ask", query=KNOWN)][:2]
        other.ask(shop, "refused", customer=first)
        other.ask(shop, "refused", customer=second)
        other.ask(shop, "forgotten", customer=second)
        new = Place(shop.home, place("again", filled=False).database)
        answer = other.ask(new, "restored", file=backup, into=str(shop.home), replace=True)
        assert (answer["refused_again"], answer["erased_again"]) == (2, 1)
        assert other.ask(new, "ask", query=REFUSALS.format(first)) == [[1, 1]]
        third = Place(shop.home, place("third", filled=False).database)
        again = other.ask(third, "restored", file=backup, into=str(shop.home), replace=True, later=60)
        assert again["refused_again"] == 2

    def test_before_the_backup_is_in_it_once(self, other: Other, shop: Place, place: Make) -> None:
        first = other.ask(shop, "ask", query=KNOWN)[0][0]
        other.ask(shop, "refused", customer=first)
        file = other.ask(shop, "backed_up", file=str(shop.home.parent / "after.tar.gz"))
        new = place("new")
        assert other.ask(new, "restored", file=file, into=str(new.home))["refused_again"] == 0
        assert other.ask(new, "ask", query=REFUSALS.format(first)) == [[1, 1]]


class TestSessions:
    def test_end_with_a_restore(self, other: Other, shop: Place, place: Make, tmp_path: Path) -> None:
        other.ask(shop, "session")
        file = other.ask(shop, "backed_up", file=str(tmp_path / "with-a-session.tar.gz"))
        new = place("new")
        other.ask(new, "restored", file=file, into=str(new.home))
        assert other.ask(shop, "ask", query="SELECT count(*) FROM django_session") == [[1]]
        assert other.ask(new, "ask", query="SELECT count(*) FROM django_session") == [[0]]


class TestLists:
    def test_that_went_two_ways_are_both_heeded(self, tmp_path: Path) -> None:
        from dangol.web.start.backup.restoring import unite

        one, other = tmp_path / "one", tmp_path / "other"
        one.write_bytes(b"a\nb\n")
        other.write_bytes(b"a\nc\nd\ntorn")
        unite(one, [other, tmp_path / "none"])
        assert one.read_bytes() == b"a\nc\nd\nb\n"

    def test_of_nobody_make_no_file(self, tmp_path: Path) -> None:
        from dangol.web.start.backup.restoring import unite

        unite(tmp_path / "one", [tmp_path / "other"])
        assert not (tmp_path / "one").exists()
