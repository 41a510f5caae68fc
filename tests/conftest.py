"""What every test may ask for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import hypothesis
import pytest

from tests import parts
from tests.outcomes import REAL_DATA, REAL_DATA_ABSENT
from tests.spark_cluster import SparkCluster
from tests.stores import begin

# No deadline: tests never judge the clock. CI draws the same examples every time.
hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")

_ABSENT = {"browser": cache(parts.browser_absent), "spark": cache(parts.spark_absent)}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, aloud, the tests whose part is not on this machine."""
    for item in items:
        for mark, absent in _ABSENT.items():
            if item.get_closest_marker(mark) and (reason := absent()):
                item.add_marker(pytest.mark.skip(reason=reason))


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
        command = [str(Path(sys.executable).with_name("dangol")), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload, no-any-return]

    return run


@pytest.fixture(scope="session")
def spark_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start one Spark master and worker on this machine for the whole run; return `spark://…`."""
    if reason := _ABSENT["spark"]():
        pytest.skip(reason)
    with pytest.MonkeyPatch.context() as patch, SparkCluster(tmp_path_factory.mktemp("spark")) as cluster:
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")  # the driver, too, stays on this machine
        yield cluster.url
