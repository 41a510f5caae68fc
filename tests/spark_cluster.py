"""A Spark cluster of one master and two workers on 127.0.0.1, of which some may be lost and started again."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

from tools.children import end_with_parent, free_port, stop

_MASTER = "org.apache.spark.deploy.master.Master"
_WORKER = "org.apache.spark.deploy.worker.Worker"

# Java compiles thoroughly what is to run for days; for a few minutes of small questions the quick compiler is enough.
_HASTY = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


class ClusterDidNotStart(RuntimeError):
    """The master or the worker said nothing of being ready; the message holds the end of its log."""


class SparkCluster:
    """Start master and workers on entering, stop all on leaving. Logs and work files stay in `folder`.

    cores, memory: of each worker; seconds: how long each may take to start; java: how its programs are to run.
    """

    def __init__(
        self,
        folder: Path,
        *,
        workers: int = 2,
        cores: int = 1,
        memory: str = "2g",
        seconds: float = 90,
        java: str = _HASTY,
    ) -> None:
        self.folder = folder
        self.cores = cores
        self.memory = memory
        self.seconds = seconds
        self.url = f"spark://127.0.0.1:{free_port()}"
        self._wanted, self._java = workers, java
        self._master: subprocess.Popen[bytes] | None = None
        self._workers: list[subprocess.Popen[bytes]] = []
        self._logs = count(1)

    @property
    def settings(self) -> dict[str, str]:
        """Return the environment in which a driver starts as hastily as the cluster did."""
        return {"SPARK_CONF_DIR": str(self.folder), "SPARK_LOCAL_IP": "127.0.0.1"}

    def __enter__(self) -> Self:
        told = [f"spark.{who}.extraJavaOptions {self._java}\n" for who in ("driver", "executor")]
        (self.folder / "spark-defaults.conf").write_text("".join(told), encoding="utf-8")
        try:
            self.start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def start(self) -> None:
        """Start what is missing of master and workers; the address stays."""
        if self._master is None:
            port = self.url.rpartition(":")[2]
            self._master = self._started(_MASTER, "--port", port, ready="I have been elected leader")
        while len(self._workers) < self._wanted:
            sizes = ("--cores", str(self.cores), "--memory", self.memory, "--work-dir", str(self.folder))
            worker = self._started(_WORKER, *sizes, self.url, ready="Successfully registered with master")
            self._workers.append(worker)

    @property
    def working(self) -> list[int]:
        """Return the processes that do the work: those that the workers started."""
        return [one for worker in self._workers for one in _started_by(worker.pid)]

    def lose_worker(self) -> None:
        """Kill a worker and what it runs for us, as when its machine burns."""
        _kill(self._workers.pop())

    def lose_master(self) -> None:
        """Kill the master."""
        assert self._master is not None
        _kill(self._master)
        self._master = None

    def _started(self, role: str, *arguments: str, ready: str) -> subprocess.Popen[bytes]:
        log = self.folder / f"{role.rpartition('.')[2].lower()}-{next(self._logs)}.log"
        # The package has no start scripts, and an empty SPARK_HOME breaks the one it has.
        home = Path(str(importlib.util.find_spec("pyspark").origin)).parent  # type: ignore[union-attr]
        surroundings = os.environ | self.settings | {
            "SPARK_HOME": str(home), "SPARK_DAEMON_JAVA_OPTS": self._java, "PYSPARK_PYTHON": sys.executable,
        }  # fmt: skip
        command = [str(home / "bin/spark-class"), role, "--host", "127.0.0.1", "--webui-port", "0", *arguments]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=surroundings,
                preexec_fn=end_with_parent,
            )
        try:
            self._wait(process, log, ready)
        except BaseException:
            stop(process, by=signal.SIGTERM)
            raise
        return process

    def _wait(self, process: subprocess.Popen[bytes], log: Path, ready: str) -> None:
        end = time.monotonic() + self.seconds
        while ready not in (text := log.read_text(errors="replace")):
            if process.poll() is not None or time.monotonic() > end:
                raise ClusterDidNotStart(f"No '{ready}' in {log.name}, which ends:\n{text[-2000:]}")
            time.sleep(0.1)

    def _stop(self) -> None:
        for process in [*self._workers, *filter(None, [self._master])]:
            stop(process, by=signal.SIGTERM)
        self._workers.clear()
        self._master = None


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all it started, at once."""
    for one in [process.pid, *_started_by(process.pid)]:
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)
    process.wait()


def _started_by(parent: int) -> list[int]:
    found: list[int] = []
    for children in Path(f"/proc/{parent}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has ended since has started nobody
            found += map(int, children.read_text().split())
    return [*found, *(later for one in found for later in _started_by(one))]
