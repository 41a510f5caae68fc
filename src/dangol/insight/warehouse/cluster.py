"""The session with a Spark cluster, and what is said when the cluster does not do its part.

Called by: the engine. Must never know: what is asked.
"""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from dangol.insight.warehouse.shared_out import packed
from dangol.insight.warehouse.versions import BrokenLake
from dangol.lib.errors import DangolError

ANSWERS_WITHIN = 5  # seconds until a master that says nothing is gone
WORKERS_WITHIN = 60  # seconds until a worker must have taken us on
BATCH = 100_000  # rows of ours that a worker takes at a time
PORT = 7077
HERE = ("127.0.0.1", "localhost")
_GONE = ("stopped SparkContext", "SparkContext was shut down", "SparkContext has been", "masters are unresponsive")
_UNREADABLE = ("FAILED_READ_FILE", "CANNOT_READ_FILE_FOOTER", "PATH_NOT_FOUND")
_taught: set[str] = set()  # applications whose workers were sent our code
_opening = threading.Lock()


class LostCluster(DangolError):
    """The Spark cluster does not answer."""

    def __init__(self, url: str) -> None:
        super().__init__(
            _("The Spark cluster at %(url)s does not answer. Start it again, or set DANGOL_ENGINE to duckdb.")
            % {"url": url}
        )


class IdleCluster(DangolError):
    """The master answers, but no worker has taken us on."""

    def __init__(self, url: str) -> None:
        super().__init__(
            _(
                "The Spark cluster at %(url)s has no worker that is free. Start a worker, end what else runs there, or "
                "set DANGOL_ENGINE to duckdb."
            )
            % {"url": url}
        )


class Cluster:
    """One session with the cluster of this address serves the whole process."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = _session(url)

    @property
    def ended(self) -> bool:
        """Whether the session is over, from this side or the cluster's."""
        return _ended(self.session)

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Something is asked within. Raises LostCluster, IdleCluster, and BrokenLake where a file cannot be read.

        Of a worker that is lost nothing is noticed: the others do its part anew.
        """
        try:
            self._must_stand()
            yield
        except LostCluster:
            self._end()
            raise
        except Exception as error:
            if self.ended or _gone(error):
                self._end()
                raise LostCluster(self.url) from error
            if any(word in str(error) for word in _UNREADABLE):
                told = str(error).splitlines()[0]
                raise BrokenLake(_("a file cannot be read (%(error)s).") % {"error": told}) from error
            raise

    def knows_our_code(self) -> None:
        """Send the workers the code that work on rows is made of, once."""
        context = self.session.sparkContext
        if context.applicationId not in _taught:
            folder = tempfile.mkdtemp(prefix="dangol-")
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            context.addPyFile(str(packed(Path(folder) / "dangol.zip")))
            _taught.add(context.applicationId)

    def _must_stand(self) -> None:
        """Without workers a question would wait for ever."""
        if self.ended:
            raise LostCluster(self.url)
        _must_answer(self.url)
        until = time.monotonic() + WORKERS_WITHIN
        while not self._workers():
            if time.monotonic() > until:
                raise IdleCluster(self.url)
            time.sleep(0.05)

    def _workers(self) -> int:
        """How many have taken us on; the driver counts itself."""
        return len(self.session.sparkContext._jsc.sc().statusTracker().getExecutorInfos()) - 1

    def _end(self) -> None:
        """What is over makes room for a session with the cluster that is started again."""
        with suppress(Exception):  # of a session whose other side is gone nothing can be expected
            self.session.stop()


def _session(url: str) -> Any:
    from pyspark.sql import SparkSession

    if os.environ.get("SPARK_HOME") == "":
        del os.environ["SPARK_HOME"]  # an empty one breaks the launch
    _must_answer(url)
    builder = SparkSession.builder.master(url).appName("Dangol")
    if any(host in HERE for host, _port in _masters(url)):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # here the workers' Python is ours
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        builder = builder.config("spark.sql.shuffle.partitions", "8")  # elsewhere the cluster knows better how many
    builder = (
        builder.config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", str(BATCH))
        .config("spark.ui.enabled", "false")
    )
    with _opening:
        session = builder.getOrCreate()
        if _ended(session):  # the cluster was gone, and is back
            session.stop()
            session = builder.getOrCreate()
    return session


def _ended(session: Any) -> bool:
    context = session.sparkContext._jsc
    return context is None or bool(context.sc().isStopped())


def _masters(url: str) -> list[tuple[str, int]]:
    """Host and port of the master, or of each of several that stand in for one another."""
    found = []
    for place in url.removeprefix("spark://").split(","):
        host, _colon, port = place.partition(":")
        found.append((host, int(port) if port.isdigit() else PORT))
    return found


def _must_answer(url: str) -> None:
    """Spark itself tries for a minute. Raises LostCluster."""
    for master in _masters(url):
        with suppress(OSError, ValueError):
            socket.create_connection(master, timeout=ANSWERS_WITHIN).close()
            return
    raise LostCluster(url)


def _gone(error: Exception) -> bool:
    """Whether the cluster went, rather than that the question or a file was wrong."""
    told = str(error)
    lost = any(word in told for word in _GONE)
    return lost or isinstance(error, ConnectionError) or type(error).__name__ == "Py4JNetworkError"
