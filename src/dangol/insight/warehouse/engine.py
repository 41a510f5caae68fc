"""The column engines: DuckDB in this process, or a Spark cluster, over the same Parquet files."""

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import pyarrow as pa
from django.utils.translation import gettext as _

from dangol.insight.warehouse.questions import Question, Questions
from dangol.insight.warehouse.versions import BrokenLake
from dangol.lib.errors import DangolError, WrongUse

MEMORY = "1GB"
THREADS = 2
ANSWERS_WITHIN = 5  # seconds until a cluster that says nothing is gone
_duckdb, _spark = Questions(), Questions()


class BadEngine(WrongUse):
    """DANGOL_ENGINE names no engine we can open."""


class LostCluster(DangolError):
    """The Spark cluster does not answer."""

    def __init__(self, url: str) -> None:
        super().__init__(
            _("The Spark cluster at %(url)s does not answer. Start it again, or set DANGOL_ENGINE to duckdb.")
            % {"url": url}
        )


class Engine(Protocol):
    """Reads the files of one version of the lake."""

    def table(self, name: str) -> Any:
        """The Ibis table of that name."""

    def arrow(self, expression: Any) -> pa.Table:
        """The rows of an Ibis table expression, in the types the expression promises."""

    def sql(self, expression: Any) -> str:
        """The SQL of an Ibis table expression."""

    @contextmanager
    def kept(self, expression: Any) -> Iterator[Any]:
        """What an expression says, worked out once: an Ibis table to be read again and again within the block."""
        yield

    @contextmanager
    def given(self, rows: pa.Table) -> Iterator[Any]:
        """Rows of ours as an Ibis table within the block."""
        yield


def opened(engine: str, files: Mapping[str, list[Path]], *, spill: Path) -> Engine:
    """The engine of the setting (`duckdb` or `spark://host:port`), with a view on the files of each table."""
    if engine == "duckdb":
        return DuckDB(files, spill)
    if engine.startswith("spark://"):
        return Spark(engine, files)
    raise BadEngine(_("DANGOL_ENGINE should be duckdb or spark://host:port, not %(engine)s.") % {"engine": engine})


class Names:
    """Names for what is kept for a while: no two at once have one, and the same questions give the same ones again."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._taken: set[str] = set()

    @contextmanager
    def one(self, kind: str) -> Iterator[str]:
        """A name nobody else has within the block."""
        name = next(name for n in count(1) if (name := f"{self._prefix}{kind}_{n}") not in self._taken)
        self._taken.add(name)
        try:
            yield name
        finally:
            self._taken.discard(name)


class DuckDB:
    """In process, offline: nothing is downloaded, memory is bounded, what does not fit spills to disk."""

    def __init__(self, files: Mapping[str, list[Path]], spill: Path) -> None:
        import ibis

        self._backend = ibis.duckdb.connect(
            ":memory:",
            memory_limit=MEMORY,
            threads=THREADS,
            temp_directory=str(spill),
            autoinstall_known_extensions="false",
            autoload_known_extensions="false",
        )
        self._names = Names()
        self._tables: dict[str, Any] = {}
        for name, paths in files.items():
            # The month in a path is for people; `day` is the column.
            source = f"read_parquet({_listed(paths)}, hive_partitioning=false)"
            self._ask(f'CREATE VIEW "{name}" AS SELECT * FROM {source}')  # noqa: S608 -- our own names and files

    def table(self, name: str) -> Any:
        if name not in self._tables:  # the files stand, so the columns do: to ask for them takes as long as to count
            told = self._ask(f'DESCRIBE "{name}"').fetchall()
            self._tables[name] = _named(name, {column: _type(kind, null) for column, kind, null, *_rest in told})
        return self._tables[name]

    def arrow(self, expression: Any) -> pa.Table:
        question = self._put(expression)
        return exact(self._ask(question.sql).to_arrow_table(), question.columns)

    def sql(self, expression: Any) -> str:
        return self._put(expression).sql

    @contextmanager
    def kept(self, expression: Any) -> Iterator[Any]:
        with self._names.one("kept") as name:
            self._ask(f'CREATE TABLE "{name}" AS {self._put(expression).sql}')
            try:
                yield _named(name, expression.schema())
            finally:
                self._backend.con.execute(f'DROP TABLE "{name}"')

    @contextmanager
    def given(self, rows: pa.Table) -> Iterator[Any]:
        with self._names.one("given") as name:
            self._backend.con.register(name, rows)
            try:
                yield _named(name, _schema(rows))
            finally:
                self._backend.con.unregister(name)

    def _put(self, expression: Any) -> Question:
        return _duckdb.put(expression, self._backend.compile)

    def _ask(self, sql: str) -> Any:
        import duckdb

        try:
            return self._backend.con.execute(sql)
        except (duckdb.IOException, duckdb.InvalidInputException, duckdb.SerializationException) as error:
            raise BrokenLake(_("a file cannot be read (%(error)s).") % {"error": str(error).splitlines()[0]}) from error


class Spark:
    """A Spark cluster whose workers see the lake's folder. One session serves the whole process."""

    def __init__(self, url: str, files: Mapping[str, list[Path]]) -> None:
        import ibis

        self._url, self._session = url, _session(url)
        self._backend = ibis.pyspark.connect(self._session)
        # Views live in the one session: a name of its own keeps two lakes apart.
        self._prefix = f"lake_{id(self):x}_"
        self._names = Names(self._prefix)
        for name, paths in files.items():
            frame = self._session.read.parquet(*map(str, paths))
            frame.createOrReplaceTempView(self._prefix + name)

    def table(self, name: str) -> Any:
        return self._backend.table(self._prefix + name)

    def arrow(self, expression: Any) -> pa.Table:
        question = self._put(expression)
        try:
            found = self._session.sql(question.sql).toArrow()
        except Exception as error:
            if _gone(error):
                raise LostCluster(self._url) from error
            raise
        return exact(found, question.columns)

    def sql(self, expression: Any) -> str:
        return self._put(expression).sql

    @contextmanager
    def kept(self, expression: Any) -> Iterator[Any]:
        frame = self._session.sql(self._put(expression).sql).persist()
        with self._called(frame, expression.schema()) as table:
            yield table

    @contextmanager
    def given(self, rows: pa.Table) -> Iterator[Any]:
        with self._called(self._session.createDataFrame(rows), _schema(rows)) as table:
            yield table

    @contextmanager
    def _called(self, frame: Any, schema: Any) -> Iterator[Any]:
        with self._names.one("kept") as name:
            frame.createOrReplaceTempView(name)
            try:
                yield _named(name, schema)
            finally:
                self._session.catalog.dropTempView(name)
                frame.unpersist()

    def _put(self, expression: Any) -> Question:
        return _spark.put(expression, self._backend.compile)


def exact(found: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table in the promised types; a sum beyond 64 bits is refused, never rounded."""
    return found.rename_columns(schema.names).cast(schema, safe=True)


@cache
def _type(kind: str, null: str) -> Any:
    """The type of Ibis for one that DuckDB told of a column: there are few, and each takes a while to read."""
    from ibis.backends.sql.datatypes import DuckDBType

    return DuckDBType.from_string(kind, nullable=null == "YES")


def _named(name: str, schema: Any) -> Any:
    """The Ibis table of that name, without asking the engine for the columns we know."""
    import ibis

    return ibis.table(schema, name=name)


def _schema(rows: pa.Table) -> Any:
    from ibis.expr.schema import Schema

    return Schema.from_pyarrow(rows.schema)


def _listed(paths: list[Path]) -> str:
    return "[" + ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths) + "]"


def _session(url: str) -> Any:
    from pyspark.sql import SparkSession

    if os.environ.get("SPARK_HOME") == "":
        del os.environ["SPARK_HOME"]  # an empty one breaks the launch
    running = SparkSession.getActiveSession()
    if running is None or running.sparkContext.master != url:
        _must_answer(url)
    builder = SparkSession.builder.master(url).appName("Dangol")
    if url.removeprefix("spark://").startswith(("127.0.0.1", "localhost")):
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        builder = builder.config("spark.sql.shuffle.partitions", "8")  # elsewhere the cluster knows better how many
    return (
        builder.config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )


def _must_answer(url: str) -> None:
    """Spark itself tries for a minute, and ends the process then. Raises LostCluster."""
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 7077), timeout=ANSWERS_WITHIN).close()
    except (OSError, ValueError) as error:
        raise LostCluster(url) from error


def _gone(error: Exception) -> bool:
    """Whether the cluster went, rather than that the question or a file was wrong."""
    told = str(error)
    stopped = "stopped SparkContext" in told or "SparkContext was shut down" in told or "SparkContext has been" in told
    return stopped or isinstance(error, ConnectionError) or type(error).__name__ == "Py4JNetworkError"
