"""The PostgreSQL that is thrown away."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection

from tests import parts
from tools import postgres


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    if postgres.programs() is None:
        pytest.skip("PostgreSQL absent: apt-get install postgresql")
    with postgres.cluster() as made:
        yield made


class TestCluster:
    def test_answers_on_this_machine_alone(self, url: str) -> None:
        with psycopg.connect(url) as store:
            row = store.execute("SELECT current_setting('listen_addresses')").fetchone()
        assert row == ("127.0.0.1",)

    def test_refuses_who_lacks_the_password(self, url: str) -> None:
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url.replace(":" + str(urlsplit(url).password), ":wrong"))


class TestCommand:
    def run(self, code: str) -> subprocess.CompletedProcess[str]:
        if postgres.programs() is None:
            pytest.skip("PostgreSQL absent: apt-get install postgresql")
        command = [sys.executable, "-m", "tools.postgres", sys.executable, "-c", code]
        return subprocess.run(command, cwd=parts.ROOT, capture_output=True, text=True, check=False)

    def test_hands_on_the_exit_code(self) -> None:
        assert self.run("raise SystemExit(7)").returncode == 7

    def test_stops_the_server_at_the_end(self) -> None:
        url = self.run("import os; print(os.environ['DATABASE_URL'])").stdout.strip()
        with pytest.raises(psycopg.OperationalError, match="refused"):
            psycopg.connect(url)


@pytest.mark.store
@pytest.mark.django_db
def test_each_lane_runs_on_the_store_it_is_named_for() -> None:
    assert connection.vendor == ("postgresql" if "DATABASE_URL" in os.environ else "sqlite")
