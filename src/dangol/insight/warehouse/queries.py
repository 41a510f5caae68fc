"""Reading the warehouse: the current version of the lake as Ibis tables."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from copy import copy
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.conf import settings
from django.utils.translation import gettext as _

from dangol.insight.warehouse.engine import Engine, opened
from dangol.insight.warehouse.facts import DIMENSIONS, FACTS, MISTAKEN
from dangol.insight.warehouse.past import ALWAYS, EVER
from dangol.insight.warehouse.shared_out import Work
from dangol.insight.warehouse.versions import POINTER, Manifest, NoLake, current, must_be_whole, pointed
from dangol.lib.errors import DangolError
from dangol.records.staff.scope import WHOLE, Scope

_open = threading.local()


class NotHeld(DangolError):
    """This version was written by an older Dangol, which kept nothing yet of what is asked for."""

    def __init__(self, what: str) -> None:
        super().__init__(
            _(
                "The warehouse does not hold yet what '%(metric)s' is worked out from. Bring it up to date:"
                " dangol refresh"
            )
            % {"metric": what}
        )


class Lake:
    """One version of the lake, read by one engine in one thread. It does not move when a refresh does."""

    def __init__(self, folder: Path, manifest: Manifest, engine: str) -> None:
        self.manifest = manifest
        self.stand: object = None  # tells it from every other that was ever opened here; None: nobody asked for it
        files = {name: [folder / file.path for file in table.files] for name, table in manifest.tables.items()}
        self._scope = WHOLE
        self._among: Any = None
        self._until: date | None = None
        self.by_use = False
        self._currencies: dict[str, frozenset[str]] = {}  # once somebody asked; shared by whoever sees a part
        self._made: dict[Hashable, Any] = {}
        rows = sum(map(self.rows, manifest.tables))
        self._engine: Engine = opened(engine, files, spill=folder / ".spill", rows=rows)

    @property
    def version(self) -> str:
        """The name of the version, for the runs that read it."""
        return self.manifest.version

    @property
    def until(self) -> date | None:
        """The day after which nothing is known, where the future is cut away."""
        return self._until

    def rows(self, name: str) -> int:
        """How many rows the table has in its files, whatever is seen of them."""
        return sum(file.rows for file in self.manifest.tables[name].files)

    def once[Found](self, what: Hashable, make: Callable[[], Found]) -> Found:
        """What is made of this version as it is seen here, made when it is first asked for."""
        if what not in self._made:
            self._made[what] = make()
        return self._made[what]  # type: ignore[no-any-return]

    def _seen_otherwise(self) -> Lake:
        mine = copy(self)
        mine._made = {}
        return mine

    def table(self, name: str) -> Any:
        """The Ibis table: a fact or dimension by its name in `facts`.

        What was entered by mistake and reversed is left out, and so is whatever lies outside the scope or the time.
        Raises NotHeld.
        """
        return self.once(("table", name), lambda: self._table(name))

    def _table(self, name: str) -> Any:
        table = self._held(name)
        if self._until is not None and "day" in table.columns:
            table = table.filter(table.day <= self._until)
        if MISTAKEN in table.columns:
            table = table.filter(table[MISTAKEN] == 0).drop(MISTAKEN)
        return table if self._scope.whole and self._among is None else self._within(name, table)

    def _held(self, name: str) -> Any:
        """The table whole. Told of fewer tables or columns than are asked for, a number would be another."""
        table = self._engine.table(name) if self.holds(name) else None
        if table is None or not _columns(name) <= {*table.columns}:
            raise NotHeld(name)
        return table

    def dated(self, dimension: str) -> Any:
        """The dimension with each row it ever had, and the days `since` and `until` (not included) it held.

        What is known first counts since EVER. The row that stands holds until ALWAYS.
        """
        import ibis

        now = self.table(dimension)
        if not self.holds(f"{dimension}_past"):  # a version that was written before anything was dated
            return now.mutate(since=ibis.literal(EVER), until=ibis.literal(ALWAYS))
        past, key = self.table(f"{dimension}_past"), DIMENSIONS[dimension].key
        if self._until is not None:
            past = past.filter(past.since <= self._until)
        last = past.group_by(key).aggregate(since=past.until.max())
        standing = now.left_join(last, key)
        standing = standing.select(
            *now.columns, since=standing.since.fill_null(ibis.literal(EVER)), until=ibis.literal(ALWAYS)
        )
        return standing.union(past.select(*standing.columns))

    def as_it_was(self, rows: Any, dimension: str, *columns: str) -> Any:
        """The rows of a fact, each with columns of a dimension as they were on its day; null where nothing is known.

        A sale stays in the district its customer lived in, whoever moved since. The rows need the dimension's key.
        """
        import ibis

        key = DIMENSIONS[dimension].key
        then = self.dated(dimension).select(key, "since", "until", *columns).rename({f"_{key}": key})
        met = [rows[key] == then[f"_{key}"], rows.day >= then.since, rows.day < then.until]
        joined = ibis.join(rows, then, met, how="left")
        return joined.select(*rows.columns, *columns)

    def seen_by(self, scope: Scope) -> Lake:
        """The same version as somebody of this scope sees it: the twin of `Customer.objects.seen_by`.

        Only customers of these units are there and what happened to them; a sale to nobody known is nobody's here.
        """
        mine = self._seen_otherwise()
        mine._scope = scope
        return mine

    @contextmanager
    def among(self, keys: npt.NDArray[np.int64]) -> Iterator[Lake]:
        """The same version within the block with these customers alone, by their keys, and what happened to them."""
        with self.given(pa.table({"customer_key": pa.array(keys, pa.int64())})) as chosen:
            mine = self._seen_otherwise()
            mine._among = chosen
            yield mine

    def known_by(self, day: date) -> Lake:
        """The same version with the future cut away: nothing that happened after this day is there."""
        mine = self._seen_otherwise()
        mine._until = day
        return mine

    def in_uses(self) -> Lake:
        """The same version of a business that sells nothing: what is asked of purchases is told of uses (`uses`)."""
        mine = self._seen_otherwise()
        mine.by_use = True
        return mine

    def currencies(self, fact: str = "lines") -> frozenset[str]:
        """What the amounts of a fact are in, of the whole business. Raises NotHeld."""
        if fact not in self._currencies:
            told = self.arrow(self._held(fact).select("currency").distinct())["currency"]
            self._currencies[fact] = frozenset(str(one) for one in told) - {""}
        return self._currencies[fact]

    def holds(self, name: str) -> bool:
        """Whether this version has the table: one that was written before the table was thought of has not."""
        return name in self.manifest.tables

    def _within(self, name: str, table: Any) -> Any:
        customers = self._engine.table("customers")
        if not self._scope.whole:
            customers = customers.filter(customers.unit_code.isin(sorted(self._scope.codes or ())))
        if self._among is not None:
            customers = customers.semi_join(self._among, "customer_key")
        if name == "customers":
            return customers
        if "customer_key" in table.columns:
            return table.semi_join(customers, "customer_key")
        if "identity_key" in table.columns:
            mine = self._engine.table("identities").semi_join(customers, "customer_key")
            return table.semi_join(mine, "identity_key")
        return table

    def arrow(self, expression: Any) -> pa.Table:
        """The rows of an Ibis table expression. Raises BrokenLake where a file cannot be read."""
        return self._engine.arrow(expression)

    def sql(self, expression: Any) -> str:
        """What the engine is asked for an expression, to be read by people."""
        return self._engine.sql(expression)

    def frame(self, expression: Any) -> Any:
        """The rows of an Ibis table expression as a pandas frame."""
        return self.arrow(expression).to_pandas()

    def kept(self, expression: Any) -> AbstractContextManager[Any]:
        """What an expression says, worked out once: an Ibis table to be read again and again within the block.

        It lies with the engine: in memory as far as that is allowed to reach, then on the disk.
        """
        return self._engine.kept(expression)

    def given(self, rows: pa.Table) -> AbstractContextManager[Any]:
        """Rows of ours as an Ibis table within the block."""
        return self._engine.given(rows)

    def shared_out(self, work: Work, rows: pa.Table, makes: Sequence[str]) -> pa.Table:
        """The numbers `makes` that work gives of each of the rows, in their order; on a cluster the workers do it.

        work: of rows that say all there is to know, with no trace of Django; see `relationship.worth`.
        """
        return self._engine.shared_out(work, rows, makes)

    def stop(self) -> None:
        """End what this thread's lake is asked, from another thread: whoever asks gets Stopped until `go_on`."""
        self._engine.stop()

    def go_on(self) -> None:
        """Answer again."""
        self._engine.go_on()

    @property
    def ended(self) -> bool:
        """Whether the engine is gone, and has to be opened anew."""
        return self._engine.ended

    def people(self) -> Any:
        """Each identity with its customer and the customer's attributes (one row an identity)."""
        return self.once("people", lambda: self.table("identities").inner_join(self.table("customers"), "customer_key"))

    def of_customers(self, fact: str) -> Any:
        """The fact's rows that belong to a customer, with `customer_key` and `line`."""
        return self.once(("of customers", fact), lambda: self._of_customers(fact))

    def _of_customers(self, fact: str) -> Any:
        people = self.once("whose", lambda: self.people().select("identity_key", "customer_key", "line"))
        return self.table(fact).inner_join(people, "identity_key")


def lake() -> Lake:
    """The current version, opened once in each thread until a refresh moves the pointer.

    Raises NoLake before the first refresh, BrokenLake where a file is missing or not the one that was written.
    """
    folder: Path = settings.DANGOL_LAKE
    key = (folder, settings.DANGOL_ENGINE, pointed(folder), _pointer_moved(folder))
    known: tuple[Any, Lake] | None = getattr(_open, "known", None)
    if known and known[0] == key and not known[1].ended:
        return known[1]
    manifest = current(folder)
    if manifest is None:
        raise NoLake
    must_be_whole(folder, manifest)
    found = Lake(folder, manifest, settings.DANGOL_ENGINE)
    found.stand = key
    _open.known = (key, found)
    return found


def _columns(name: str) -> set[str]:
    """What a table of that name has to have."""
    known = FACTS.get(name) or DIMENSIONS.get(name)
    return {column.name for column in known.columns} if known else set()


def _pointer_moved(folder: Path) -> int:
    """When the pointer last moved: a lake built anew in the same folder counts its versions from one again."""
    with suppress(OSError):
        return (folder / POINTER).stat().st_mtime_ns
    return 0
