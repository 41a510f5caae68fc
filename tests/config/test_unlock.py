"""The way in for who cannot get in, from the machine itself."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Dangol
from tests.stores import begin, copied

OWNER = """
from dangol.config.commands.opening import open_home
import os, pathlib
open_home(pathlib.Path(os.environ["DANGOL_HOME"]))
from datetime import timedelta
from django.utils import timezone
from allauth.mfa.models import Authenticator
from dangol.records.staff.models import User
for name, role in (("owner", "owner"), ("hana", "agent")):
    user = User(username=name, role=role, failures=3, locked_until=timezone.now() + timedelta(minutes=9))
    user.set_password("우유배달부 한 사람")
    user.save()
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = begin(tmp_path_factory.mktemp("unlock") / "own")
    environ = os.environ | {"DANGOL_HOME": str(home)}
    for words in (["-m", "dangol.config.cli", "init"], ["-c", OWNER]):
        subprocess.run([sys.executable, *words], env=environ, check=True, capture_output=True)
    return home


@pytest.fixture
def staffed(made: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home with an owner and an agent, both locked out, both with an app, spoken to in English."""
    monkeypatch.setenv("DANGOL_LANGUAGE", "en")
    return copied(made, home)


def users(home: Path) -> dict[str, tuple[object, ...]]:
    """By name: failures, lock, whether there is a password, whether there is an app."""
    with sqlite3.connect(home / "records.sqlite3") as records:
        rows = records.execute(
            "SELECT username, failures, locked_until, password NOT LIKE '!%',"
            " EXISTS(SELECT 1 FROM mfa_authenticator a WHERE a.user_id = u.id) FROM staff_user u"
        ).fetchall()
    return {name: tuple(rest) for name, *rest in rows}


def test_opens_an_account_and_leaves_the_rest(staffed: Path, dangol: Dangol) -> None:
    assert dangol("unlock", "OWNER").stdout == "owner: unlocked.\n"
    found = users(staffed)
    assert found["owner"] == (0, None, 1, 1)
    assert found["hana"][0] == 3


def test_takes_a_lost_phone_and_a_forgotten_password_away(staffed: Path, dangol: Dangol) -> None:
    assert dangol("unlock", "owner", "--second-factor", "--password").returncode == 0
    assert users(staffed)["owner"] == (0, None, 0, 0)
    kept = b"".join(path.read_bytes() for path in (staffed / "access").iterdir())
    assert b"password forgotten" in kept


def test_refuses_names_nobody_has_and_the_passwords_of_others(staffed: Path, dangol: Dangol) -> None:
    unknown = dangol("unlock", "nobody")
    assert (unknown.returncode, unknown.stdout) == (1, "") and "nobody" in unknown.stderr
    other = dangol("unlock", "hana", "--password")
    assert other.returncode == 2 and "link" in other.stderr
    assert users(staffed)["hana"] == (3, users(staffed)["hana"][1], 1, 1)


def test_is_for_the_owner_alone(staffed: Path, dangol: Dangol) -> None:
    refused = dangol("unlock", "hana", "--as", "hana")
    assert refused.returncode == 2
    assert users(staffed)["hana"][0] == 3
