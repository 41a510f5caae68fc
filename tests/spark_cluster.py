"""A Spark cluster of one master and one worker on 127.0.0.1."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
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
    """Start master and worker on entering, stop both on leaving. Logs and work files stay in `folder`."""

    def __init__(self, folder: Path, *, cores: int = 2, memory: str = "2g", seconds: float = 90) -> None:
        self.folder = folder
        self.cores = cores
        self.memory = memory
        self.seconds = seconds
        self.url = f"spark://127.0.0.1:{free_port()}"
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def settings(self) -> dict[str, str]:
        """Return the environment in which a driver starts as hastily as the cluster did."""
        return {"SPARK_CONF_DIR": str(self.folder), "SPARK_LOCAL_IP": "127.0.0.1"}

    def __enter__(self) -> Self:
        told = [f"spark.{who}.extraJavaOptions {_HASTY}\n" for who in ("driver", "executor")]
        (self.folder / "spark-defaults.conf").write_text("".join(told), encoding="utf-8")
        port = self.url.rpartition(":")[2]
        try:
            self._start(_MASTER, "--port", port, ready="I have been elected leader")
            sizes = ("--cores", str(self.cores), "--memory", self.memory, "--work-dir", str(self.folder))
            self._start(_WORKER, *sizes, self.url, ready="Successfully registered with master")
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _start(self, role: str, *arguments: str, ready: str) -> None:
        log = self.folder / f"{role.rpartition('.')[2].lower()}.log"
        # The package has no start scripts, and an empty SPARK_HOME breaks the one it has.
        home = Path(str(importlib.util.find_spec("pyspark").origin)).parent  # type: ignore[union-attr]
        surroundings = os.environ | self.settings | {
            "SPARK_HOME": str(home), "SPARK_DAEMON_JAVA_OPTS": _HASTY, "PYSPARK_PYTHON": sys.executable,
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
        self._processes.append(process)
        self._wait(process, log, ready)

    def _wait(self, process: subprocess.Popen[bytes], log: Path, ready: str) -> None:
        end = time.monotonic() + self.seconds
        while ready not in (text := log.read_text(errors="replace")):
            if process.poll() is not None or time.monotonic() > end:
                raise ClusterDidNotStart(f"No '{ready}' in {log.name}, which ends:\n{text[-2000:]}")
            time.sleep(0.1)

    def _stop(self) -> None:
        for process in reversed(self._processes):
            stop(process, by=signal.SIGTERM)
        self._processes.clear()
