"""What every test may ask for."""

from __future__ import annotations

import gc
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests import begun, given, parts
from tests.outcomes import REAL_DATA, REAL_DATA_ABSENT
from tests.spark_cluster import SparkCluster
from tests.stores import begin, empty_tables, tried

# No deadline: tests never judge the clock. CI draws the same examples every time.
hypothesis.settings.register_profile("dev", deadline=None, max_examples=tried(100))
# Half of the usual hundred: those that CI draws stay the same, whoever changes the code draws others every day.
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True, max_examples=tried(50))
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")

# A lane holds some million objects that stay: looking through them for cycles every moment costs a minute of it.
gc.set_threshold(100_000, 50, 100)

_MARKS = ("store", "browser", "spark")
_ABSENT = {"browser": cache(parts.browser_absent), "spark": cache(parts.spark_absent)}


def pytest_collection_finish() -> None:
    """What was read to find the tests stays to the end: nobody needs to look through it for cycles again."""
    gc.collect()
    gc.freeze()


@cache
def _names(file: Path, mark: str) -> bool:
    return f"mark.{mark}" in file.read_text(encoding="utf-8")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, aloud, the tests whose part is not on this machine. Lanes of one mark read only the files that name it."""
    for item in items:
        for mark in _MARKS:
            if item.get_closest_marker(mark) and not _names(item.path, mark):
                raise pytest.UsageError(f"{item.nodeid} is marked {mark}, but its file does not say mark.{mark}")
        for mark, absent in _ABSENT.items():
            if item.get_closest_marker(mark) and (reason := absent()):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Let the store of the tests begin with all tables, made as Dangol makes them: Django would take six times as long.

    Pages in a browser are served from a file, as in a shop: in memory all requests would share one connection.
    """
    from django.db import connection

    with ExitStack() as held, pytest.MonkeyPatch.context() as patch:
        make = connection.creation._create_test_db  # type: ignore[attr-defined]
        in_a_file = any(item.get_closest_marker("browser") for item in request.session.items)
        if in_a_file and connection.vendor == "sqlite":
            file = str(tmp_path_factory.mktemp("store") / "records.sqlite3")
            patch.setitem(connection.settings_dict["TEST"], "NAME", file)

        def with_tables(*told: Any) -> str:
            name: str = make(*told)
            if connection.vendor != "sqlite":
                _make_tables(name)
                return name
            # In memory, where it stays as long as somebody holds it.
            store = held.enter_context(closing(sqlite3.connect(name, uri=True, check_same_thread=False)))
            with closing(sqlite3.connect(empty_tables())) as made:
                made.backup(store)
            return name

        patch.setattr(connection.creation, "_create_test_db", with_tables)
        yield


def _make_tables(database: str) -> None:
    from django.db import connection

    from dangol.lib.schema import brought_up_to_date

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(connection.settings_dict, "NAME", database)
        connection.close()
        brought_up_to_date()
        connection.close()


@pytest.fixture(scope="session", autouse=True)
def static_files_found_once() -> Iterator[None]:
    """Look for the static files once in a run: each browser of a test would look for all of them anew."""
    from whitenoise.middleware import WhiteNoiseMiddleware as Static

    look, known = Static.add_files_from_finders, dict[tuple[Any, ...], dict[str, Any]]()

    def look_once(self: Static) -> None:
        told = (self.static_prefix, self.max_age, self.charset, self.allow_all_origins)
        if told not in known:
            look(self)
            known[told] = dict(self.files)
        self.files.update(known[told])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Static, "add_files_from_finders", look_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def templates_are_given_what_they_name() -> Iterator[None]:
    """Let no page leave out in silence what nobody gave it."""
    with pytest.MonkeyPatch.context() as patch:
        given.told_of_what_nobody_gives(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def nothing_follows_an_emptied_store() -> Iterator[None]:
    """Empty the tables after a test that commits, and no more.

    Django would write its permissions and kinds of rows into them anew, of which nobody in this house asks: that takes
    ten times as long as emptying them.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.core.management.commands.flush.emit_post_migrate_signal", lambda *_, **__: None)
        yield


@pytest.fixture(autouse=True)
def log_of_its_own() -> Iterator[None]:
    """Leave no test the access log of another."""
    yield
    from dangol.records.staff.access import spool

    spool.let_go()
    shutil.rmtree(spool.folder(), ignore_errors=True)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of public data sets; skip where it is absent."""
    if not REAL_DATA.is_dir():
        pytest.skip(REAL_DATA_ABSENT)
    return REAL_DATA


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home folder that is not there yet; `dangol` started from this test uses it.

    The test process itself keeps the home that its Django settings were read with.
    """
    folder = tmp_path / "home"
    monkeypatch.setenv("DANGOL_HOME", str(folder))
    return folder


# Commands that begin a home where none is; that they make its tables shows in test_doctor and test_start.
MAKE_A_HOME = {"init", "import", "simulate"}

type Dangol = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def dangol(home: Path) -> Dangol:
    """Return a function that runs the `dangol` command in a process of its own, in `home`."""

    def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
        if arguments[:1] and arguments[0] in MAKE_A_HOME and not home.exists():
            begin(home)
        if options:
            command = [str(Path(sys.executable).with_name("dangol")), *arguments]
            return subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload, no-any-return]
        return begun.run("dangol.config.cli", arguments, environ=os.environ)

    return run


@pytest.fixture(scope="session")
def spark_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkCluster]:
    """Start one Spark master and two workers on this machine for the whole run."""
    if reason := _ABSENT["spark"]():
        pytest.skip(reason)
    with pytest.MonkeyPatch.context() as patch, SparkCluster(tmp_path_factory.mktemp("spark")) as cluster:
        for name, value in cluster.settings.items():  # the driver, too, stays on this machine
            patch.setenv(name, value)
        yield cluster


@pytest.fixture
def whole_cluster(spark_cluster: SparkCluster) -> Iterator[SparkCluster]:
    """Return the cluster of the run to a test that breaks it; afterwards it is whole again."""
    yield spark_cluster
    spark_cluster.start()


@pytest.fixture(scope="session")
def spark_url(spark_cluster: SparkCluster) -> str:
    """Return `spark://…` of the cluster of the run."""
    return spark_cluster.url
