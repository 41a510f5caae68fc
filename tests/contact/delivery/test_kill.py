"""A carrier is really killed, and the outside is compared before and after."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from tests.contact.delivery.carrier import BATCH, NUMBER, POINTS

ROOT = Path(__file__).resolve().parents[3]


def start(environ: dict[str, str], *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.contact.delivery.carrier", *words]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | environ, stdout=subprocess.PIPE, text=True)


def resumed(environ: dict[str, str]) -> Any:
    """What could be seen after the kill, and after another carrier finished the work."""
    process = start(environ, "resume")
    out, _ = process.communicate()
    assert process.returncode == 0
    return json.loads(out.splitlines()[-1])


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite home with a full outbox, to be copied."""
    home = tmp_path_factory.mktemp("prepared")
    environ = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    command = [sys.executable, "-m", "tests.contact.delivery.carrier", "prepare"]
    subprocess.run(command, cwd=ROOT, env=environ | {"DANGOL_HOME": str(home)}, check=True, stdout=subprocess.DEVNULL)
    return home


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """Return the environment of a store with a full outbox: a copied home, or the test's own PostgreSQL database."""
    if connection.vendor != "postgresql":
        home = tmp_path / "home"
        shutil.copytree(request.getfixturevalue("prepared"), home)
        return {"DANGOL_HOME": str(home)}
    database = connection.settings_dict
    who = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}@{database['HOST']}:{database['PORT']}"
    environ = {"DATABASE_URL": f"postgresql://{who}/{quote(database['NAME'])}"}
    assert start(environ, "prepare").wait() == 0
    return environ


@pytest.mark.store
@pytest.mark.django_db(transaction=True)
class TestKill:
    @pytest.mark.parametrize("point", POINTS)
    def test_loses_nothing_and_shows_nothing_twice(self, point: str, store: dict[str, str]) -> None:
        carrier = start(store, "carry", point)
        assert carrier.stdout is not None
        assert carrier.stdout.readline() == "here\n"
        carrier.send_signal(signal.SIGKILL)
        assert carrier.wait() == -signal.SIGKILL
        carrier.stdout.close()

        killed, after = resumed(store)
        done = 2 * BATCH if point == "finished" else BATCH
        assert len(killed["displayed"]) + killed["withheld"] == done
        assert killed["displayed"] == killed["handed_over"]
        assert killed["interactions"] == len(killed["displayed"])
        assert killed["withholdings"] == killed["withheld"]
        assert killed["half_done"] == 0

        wanted = [[key, body] for key, body, withheld in after["messages"] if not withheld]
        assert after["displayed"] == wanted
        assert after["displayed"] == after["handed_over"]
        assert len(after["displayed"]) + after["withheld"] == NUMBER
        assert after["withheld"] == after["withholdings"] == len(range(0, NUMBER, 7))
        assert after["interactions"] == len(after["displayed"])
