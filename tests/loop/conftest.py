"""One demo business for every walk: loaded once by the real command, copied for each."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

DANGOL = [sys.executable, "-m", "dangol.config.cli"]
OURS = ("DANGOL_", "DATABASE_URL", "DJANGO_")

type Serve = Callable[[Path], str]


def clean_environment() -> dict[str, str]:
    """The environment without what the test run set for itself."""
    return {key: value for key, value in os.environ.items() if not key.startswith(OURS)}


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """What `dangol demo --no-serve --json` did; `args[-1]` is the home it made."""
    home = tmp_path_factory.mktemp("demo") / "dairy"  # from nothing, tables too
    return subprocess.run(
        [*DANGOL, "demo", "--no-serve", "--json", "--home", str(home)],
        env=clean_environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip


@pytest.fixture
def demo_home(loaded: subprocess.CompletedProcess[str], tmp_path: Path) -> Path:
    """A copy of the demo business, to be changed by one test."""
    return Path(shutil.copytree(loaded.args[-1], tmp_path / "homes" / "dairy"))


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve a home by the real command on a free port; return its address."""
    running: list[subprocess.Popen[bytes]] = []

    def start(home: Path) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = subprocess.Popen(
            [*DANGOL, "serve", "--home", str(home), "--port", str(port)],
            env=clean_environment(),
            start_new_session=True,
        )
        running.append(process)
        while process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return f"http://localhost:{port}"
            time.sleep(0.1)
        raise AssertionError(f"the server ended with {process.returncode}")

    yield start
    for process in running:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
