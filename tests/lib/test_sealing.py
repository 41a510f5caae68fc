"""Sealed texts: what comes back, what is refused, and how keys are changed without losing any."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from dangol.lib import sealing
from dangol.lib.sealing import KeyLost
from dangol.records.customers.models import Customer
from tests.stores import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.store]

REGISTERED = set(sealing.SEALED)

SIX_AT_ONCE = """
import os, sys
from pathlib import Path
from django.conf import settings
settings.configure(DANGOL_KEYS=Path(sys.argv[1]))
from dangol.lib import sealing
waits, begin = os.pipe()
for _each in range(6):
    if not os.fork():
        os.close(begin)
        os.read(waits, 1)  # until all are there
        os.write(1, f"{sealing.seal('#1')}\\n".encode())
        os._exit(0)
os.close(begin)
for _each in range(6):
    assert os.wait()[1] == 0
"""


@pytest.fixture(autouse=True)
def keys(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the key file of this test, which is not there yet; one column is sealed."""
    monkeypatch.setattr(sealing, "SEALED", [(Customer, "entrance_sealed")])
    settings.DANGOL_KEYS = tmp_path / "apart" / "keys.json"
    return tmp_path / "apart" / "keys.json"


def customers(*codes: str) -> list[Customer]:
    """Make customers with these door codes."""
    return [
        Customer.objects.create(registered_at=datetime(2026, 1, 1, tzinfo=UTC), entrance_sealed=sealing.seal(code))
        for code in codes
    ]


def codes() -> list[str]:
    """The door codes of everybody, opened."""
    return [sealing.unseal(one) for one in Customer.objects.order_by("pk").values_list("entrance_sealed", flat=True)]


class TestSeal:
    @examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
    @given(st.text(st.characters(exclude_categories=["Cs"])))
    def test_comes_back_and_does_not_show(self, text: str) -> None:
        token = sealing.seal(text)
        assert sealing.unseal(token) == text
        assert (token == "") == (text == "")
        assert len(text) < 4 or text not in token

    def test_is_another_each_time(self) -> None:
        assert sealing.seal("*1234#") != sealing.seal("*1234#")

    def test_makes_a_key_that_is_nobody_elses_to_read(self, keys: Path) -> None:
        sealing.seal("*1234#")
        assert keys.stat().st_mode & 0o777 == 0o600
        assert [path.name for path in keys.parent.iterdir()] == ["keys.json"]

    def test_of_nothing_makes_no_key(self, keys: Path) -> None:
        assert sealing.seal("") == "" == sealing.unseal("")
        assert not keys.exists()

    def test_by_many_who_begin_at_once_uses_one_key(self, keys: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-c", SIX_AT_ONCE, str(keys)], cwd=ROOT, capture_output=True, text=True, check=True
        )
        tokens = done.stdout.split()
        assert [sealing.unseal(token) for token in tokens] == ["#1"] * 6
        assert sealing.count() == 1


class TestKeyLost:
    def test_refuses_to_make_a_new_one_while_texts_need_the_old(self, keys: Path) -> None:
        customers("*1234#")
        held = keys.read_bytes()
        keys.unlink()
        for work in (lambda: sealing.seal("#9"), codes, sealing.count, lambda: sealing.marking_key("x", make=True)):
            with pytest.raises(KeyLost, match=keys.name):
                work()  # type: ignore[operator]
        assert not keys.exists()
        keys.write_bytes(held)
        assert codes() == ["*1234#"]

    @pytest.mark.parametrize(
        "told",
        ["", "{", "[]", '{"fields": ["short"], "marks": "m"}', '{"fields": [], "marks": "m"}', '{"fields": "x"}'],
    )
    def test_says_so_of_a_damaged_file(self, keys: Path, told: str) -> None:
        customers("*1234#")
        keys.write_text(told)
        with pytest.raises(KeyLost):
            codes()
        with pytest.raises(KeyLost):
            sealing.seal("#9")
        assert keys.read_text() == told

    def test_says_so_of_a_text_that_another_key_sealed(self, keys: Path) -> None:
        customers("*1234#")
        keys.unlink()
        Customer.objects.update(entrance_sealed=(token := Customer.objects.get().entrance_sealed))
        Customer.objects.update(entrance_sealed="")
        sealing.seal("#9")
        Customer.objects.update(entrance_sealed=token)
        with pytest.raises(KeyLost):
            codes()
        assert list(sealing.unreadable()) == [1]
        with pytest.raises(KeyLost):
            list(sealing.seal_anew())

    def test_says_so_of_a_tampered_text(self) -> None:
        token = sealing.seal("*1234#")
        with pytest.raises(KeyLost):
            sealing.unseal(token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB"))


class TestNewKey:
    def test_opens_what_every_key_of_the_file_sealed(self) -> None:
        customers("#1")
        assert sealing.add_key() == 2
        customers("#2")
        assert codes() == ["#1", "#2"]

    def test_seals_anew_what_an_older_one_sealed_and_leaves_the_rest(self) -> None:
        customers("#1", "#2", "")
        sealing.add_key()
        (fresh,) = customers("#3")
        before = fresh.entrance_sealed
        assert list(sealing.seal_anew()) == [(3, 2)]
        fresh.refresh_from_db()
        assert fresh.entrance_sealed == before
        assert sealing.forget_old_keys() == 1
        assert codes() == ["#1", "#2", "", "#3"]
        assert list(sealing.seal_anew()) == [(3, 0)]

    def test_reads_the_file_anew_however_quickly_it_changes(self) -> None:
        customers("#1")
        for _time in range(20):
            sealing.add_key()
            list(sealing.seal_anew())
            sealing.forget_old_keys()
            assert sealing.count() == 1
            assert codes() == ["#1"]

    def test_leaves_what_somebody_changed_meanwhile(self, monkeypatch: pytest.MonkeyPatch) -> None:
        (one,) = customers("#1")
        sealing.add_key()
        replace = sealing._replace

        def changed_first(*told: Any) -> None:
            Customer.objects.filter(pk=one.pk).update(entrance_sealed=sealing.seal("#changed"))
            replace(*told)

        monkeypatch.setattr(sealing, "_replace", changed_first)
        list(sealing.seal_anew())
        assert codes() == ["#changed"]

    def test_leaves_marks_as_they_are(self) -> None:
        mark = sealing.marking_key("access log", make=True)
        sealing.add_key()
        sealing.forget_old_keys()
        assert sealing.marking_key("access log") == mark
        assert sealing.marking_key("another") != mark


def test_says_how_many_texts_there_are(keys: Path) -> None:
    assert sealing.sealed() == 0
    customers("#1", "", "#2")
    assert sealing.sealed() == 2
    assert json.loads(keys.read_text())["fields"]
    assert list(sealing.unreadable()) == [0]


def test_every_sealed_column_says_so_or_a_new_key_would_lose_it() -> None:
    columns = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.concrete and field.name.endswith("_sealed")
    }
    assert columns <= REGISTERED
