"""The column engines: DuckDB in this process, or a Spark cluster, over the same Parquet files."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
from django.utils.translation import gettext as _

from dangol.insight.warehouse import shared_out
from dangol.insight.warehouse.cluster import Cluster
from dangol.insight.warehouse.questions import Question, Questions
from dangol.insight.warehouse.shared_out import Batches, Work
from dangol.insight.warehouse.versions import BrokenLake
from dangol.lib.errors import DangolError, WrongUse

MEMORY = "1GB"
THREADS = 2
FEW = 100_000  # rows, below which a second thread costs more than it saves: one reads them sooner
_duckdb, _spark = Questions(), Questions()
_SPARK = {"int64": "bigint", "double": "double"}


class BadEngine(WrongUse):
    """DANGOL_ENGINE names no engine we can open."""


class Stopped(DangolError):
    """Somebody ended a question before it was answered."""

    def __init__(self) -> None:
        super().__init__(_("The question was stopped before it was answered. Ask it again."))


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

    def shared_out(self, work: Work, rows: pa.Table, makes: Sequence[str]) -> pa.Table:
        """The numbers `makes` that work gives of each of the rows, in their order."""

    def stop(self) -> None:
        """End what is asked of it, from another thread: whoever asks gets Stopped until `go_on`."""

    def go_on(self) -> None:
        """Answer again."""

    @property
    def ended(self) -> bool:
        """Whether nothing can be asked of it any more: it has to be opened anew."""


def opened(engine: str, files: Mapping[str, list[Path]], *, spill: Path, rows: int) -> Engine:
    """The engine of the setting (`duckdb` or `spark://host:port`), over the files of each table with so many rows."""
    if engine == "duckdb":
        return DuckDB(files, spill, threads=THREADS if rows > FEW else 1)
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

    def __init__(self, files: Mapping[str, list[Path]], spill: Path, *, threads: int = THREADS) -> None:
        import ibis

        self._backend = ibis.duckdb.connect(
            ":memory:",
            memory_limit=MEMORY,
            threads=threads,
            temp_directory=str(spill),
            autoinstall_known_extensions="false",
            autoload_known_extensions="false",
        )
        # Where things lie in a file stands at its end, and the files of a version never change.
        self._backend.con.execute("SET parquet_metadata_cache = true")
        self._names = Names()
        self._files = files
        self._tables: dict[str, Any] = {}
        self._stopped = False

    def table(self, name: str) -> Any:
        if name not in self._tables:  # the files stand, so the columns do: to ask for them takes as long as to count
            # The month in a path is for people; `day` is the column.
            source = f"read_parquet({_listed(self._files[name])}, hive_partitioning=false)"
            self._ask(f'CREATE VIEW "{name}" AS SELECT * FROM {source}')  # noqa: S608 -- our own names and files
            told = self._ask(f'DESCRIBE "{name}"').fetchall()
            self._tables[name] = _named(name, {column: _type(kind, null) for column, kind, null, *_rest in told})
        return self._tables[name]

    def arrow(self, expression: Any) -> pa.Table:
        question = self._put(expression)
        with self._asked():
            found = self._backend.con.execute(question.sql).to_arrow_table()
        return exact(found, question.columns)

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

    def shared_out(self, work: Work, rows: pa.Table, makes: Sequence[str]) -> pa.Table:
        return shared_out.at_once(work, rows, makes)

    def stop(self) -> None:
        self._stopped = True
        self._backend.con.interrupt()

    def go_on(self) -> None:
        self._stopped = False

    @property
    def ended(self) -> bool:
        return False

    def _put(self, expression: Any) -> Question:
        return _duckdb.put(expression, self._backend.compile)

    def _ask(self, sql: str) -> Any:
        with self._asked():
            return self._backend.con.execute(sql)

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """Something is asked within. Raises Stopped, and BrokenLake where a file cannot be read."""
        import duckdb

        if self._stopped:  # between two statements there is nothing to interrupt
            raise Stopped
        try:
            yield
        except duckdb.InterruptException as error:
            raise Stopped from error
        except (duckdb.IOException, duckdb.InvalidInputException, duckdb.SerializationException) as error:
            raise BrokenLake(_("a file cannot be read (%(error)s).") % {"error": str(error).splitlines()[0]}) from error


class Spark:
    """A Spark cluster whose workers see the lake's folder. One session serves the whole process."""

    def __init__(self, url: str, files: Mapping[str, list[Path]]) -> None:
        import ibis

        self._cluster = Cluster(url)
        self._session = self._cluster.session
        self._backend = ibis.pyspark.connect(self._session)
        # Views live in the one session: a name of its own keeps two lakes apart.
        self._prefix = f"lake_{id(self):x}_"
        self._names = Names(self._prefix)
        self._stopped = False
        with self._cluster.asked():
            for name, paths in files.items():
                frame = self._session.read.parquet(*map(str, paths))
                frame.createOrReplaceTempView(self._prefix + name)

    def table(self, name: str) -> Any:
        return self._backend.table(self._prefix + name)

    def arrow(self, expression: Any) -> pa.Table:
        question = self._put(expression)
        if self._stopped:
            raise Stopped
        with self._cluster.asked():
            found = self._session.sql(question.sql).toArrow()
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

    def shared_out(self, work: Work, rows: pa.Table, makes: Sequence[str]) -> pa.Table:
        self._cluster.knows_our_code()
        with self._cluster.asked():
            frame = self._session.createDataFrame(shared_out.numbered(rows))
            shape = ", ".join(f"`{field.name}` {_SPARK[str(field.type)]}" for field in shared_out.columns_of(makes))
            answers = frame.mapInArrow(Batches(work, tuple(makes)).done, shape).toArrow()
        found = shared_out.in_order(answers)
        return shared_out.at_once(work, rows, makes) if found is None else found

    def stop(self) -> None:
        self._stopped = True  # one session serves everybody: what the cluster has begun runs to its end

    def go_on(self) -> None:
        self._stopped = False

    @property
    def ended(self) -> bool:
        return self._cluster.ended

    @contextmanager
    def _called(self, frame: Any, schema: Any) -> Iterator[Any]:
        with self._names.one("kept") as name:
            frame.createOrReplaceTempView(name)
            try:
                yield _named(name, schema)
            finally:
                if not self.ended:
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
