"""What people are found by, kept beside them: brought up to date inside the transaction of every change.

A card is made of what stands in the records, its terms of the card. What goes and what comes is the difference between
the card that was and the one that is. Very many at once go in sorted, so that the table grows from its end: their terms
wait in nameless files, one for each stretch of the alphabet, and no more than one of them is in memory.
"""

import json
import tempfile
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import batched, pairwise
from typing import IO, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.db.transaction import atomic

from dangol.lib import bulk
from dangol.lib.ahead import ahead
from dangol.records.customers.duties import Deletion
from dangol.records.customers.models import Customer, CustomerQuerySet, SearchCard, SearchTerm
from dangol.records.customers.search_columns import Answer, cut, cut_ahead, simple
from dangol.records.customers.search_terms import Person, card, terms

CHUNK = 10_000  # customers at a time
AT_ONCE = 40_000  # of more than these the terms are sorted before they go in
STRETCH = 250_000  # terms in memory while they are sorted, as long as there are not too many stretches
STRETCHES = 2, 200
MANY = 1_000  # customers for whom one question more costs nothing
SEEN = 2_000  # customers, spread over all, by whose terms it is decided where a stretch begins
TERMS = 16  # of a customer, about
# Whoever was merged into these customers, at however many removes, with their names.
ABSORBED = (
    "WITH RECURSIVE tree(root, id, name) AS ("
    " SELECT merged_into_id, id, full_name FROM customers_customer WHERE merged_into_id",
    " UNION ALL SELECT tree.root, c.id, c.full_name FROM tree JOIN customers_customer c ON c.merged_into_id = tree.id)"
    " SELECT root, name FROM tree WHERE name <> ''",
)
_CARDS, _TERMS = SearchCard._meta.db_table, SearchTerm._meta.db_table

type Rows = pa.Table


class _Gathered:
    """Who is to be indexed when all is written."""

    def __init__(self) -> None:
        self.fresh, self.touched = list[Any](), list[Any]()

    def note(self, customer_ids: Iterable[int], *, fresh: bool) -> None:
        (self.fresh if fresh else self.touched).append(np.fromiter(customer_ids, np.int64))

    def index(self) -> None:
        """Index everybody once, those of whom nothing was indexed first."""
        fresh = np.unique(np.concatenate([*self.fresh, np.empty(0, np.int64)]))
        touched = np.setdiff1d(np.concatenate([*self.touched, np.empty(0, np.int64)]), fresh)
        for ids, new in ((fresh, True), (touched, False)):
            if len(ids):
                index(ids, fresh=new)


_gathering: ContextVar[_Gathered | None] = ContextVar("gathering", default=None)


@contextmanager
def gathered(*, forget: bool = False) -> Iterator[None]:
    """Inside, `index` only notes who it is; at the end everybody is indexed at once, as is quickest for very many.

    Inside one transaction, of course. forget: nobody is indexed, for what is taken back anyway.
    """
    waiting = _Gathered()
    token = _gathering.set(waiting)
    try:
        yield
    finally:
        _gathering.reset(token)
    if not forget:
        waiting.index()


@atomic
def index(customer_ids: Iterable[int], *, fresh: bool = False) -> None:
    """Bring what these customers are found by up to date: their names, numbers, contact points or address changed.

    Call it once, at the end of the transaction, with everybody who was touched. fresh: nothing of them is indexed yet.
    Of customers who were forgotten nothing stays.
    """
    if (gathering := _gathering.get()) is not None:
        gathering.note(customer_ids, fresh=fresh)
        return
    ids = np.unique(np.fromiter(customer_ids, np.int64))
    sorting = len(ids) > AT_ONCE
    with ExitStack() as stack:
        waiting = stack.enter_context(Waiting(len(ids) * TERMS, _some_of(ids))) if sorting else None
        chunks = (ids[start : start + CHUNK].tolist() for start in range(0, len(ids), CHUNK))
        for gone, come in _begun(chunks) if fresh else map(_renewed, chunks):
            _delete(gone)
            if waiting is None:
                _insert(come)
            else:
                waiting.take(come)
        if waiting is not None:
            for stretch in ahead(waiting.sorted()):
                bulk.insert_table(connection, _TERMS, stretch)


@atomic
def unindex(customer_ids: Iterable[int]) -> int:
    """Nobody finds these customers any more; call it before their rows are deleted. How many there were."""
    count = 0
    for chunk in batched(customer_ids, CHUNK):
        former = _former(chunk)
        _delete(_table({one: terms(lines) for one, lines in former.items()}))
        count += _drop(former)
    return count


def index_missing() -> int:
    """Index those known customers of whom there is no card, as after an update; how many they were."""
    without = missing().order_by("pk")
    ids = list(without.values_list("pk", flat=True))
    index(ids, fresh=True)
    return len(ids)


@atomic
def rebuild() -> int:
    """Throw everything away and index all anew; how many customers there are."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {_TERMS}")  # noqa: S608 -- our own name
        cursor.execute(f"DELETE FROM {_CARDS}")  # noqa: S608 -- our own name
    return index_missing()


def missing() -> CustomerQuerySet:
    """Known customers nobody can find yet."""
    return Customer.objects.known().filter(search_card=None)


@dataclass(frozen=True)
class Agreement:
    """How index and customers agree: how many are indexed, and of how many what is found is not what is there."""

    customers: int
    wrong: int
    terms_wrong: int

    @property
    def whole(self) -> bool:
        """Whether everybody is found by what is there, and by nothing else."""
        return not self.wrong and not self.terms_wrong


def agreement() -> Agreement:
    """Compare all cards with the customers, and the terms with the cards, some thousand at a time."""
    last, customers, wrong, expected = 0, 0, 0, 0
    while chunk := list(Customer.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        last = chunk[-1]
        was, now = _former(chunk), _cards(chunk)
        customers += len(now)
        wrong += sum(was.get(one) != lines for one, lines in now.items()) + len(was.keys() - now.keys())
        expected += sum(len(terms(lines)) for lines in was.values())
    return Agreement(customers, wrong, abs(expected - SearchTerm.objects.count()))


class Unindexing(Deletion):
    """The eraser: card and terms go."""

    def __call__(self, customer_id: int) -> int:
        return unindex([customer_id])


class Waiting:
    """Terms that wait to be sorted, each stretch of the alphabet in a file without a name."""

    def __init__(self, expected: int, like: Rows) -> None:
        self.stretches = min(max(expected // STRETCH, STRETCHES[0]), STRETCHES[1])
        self.like = like
        self.starts: pa.Array | None = None
        self.stack = ExitStack()
        self.files: list[tuple[IO[bytes], pa.RecordBatchFileWriter]] = []

    def __enter__(self) -> "Waiting":
        return self

    def __exit__(self, *_error: object) -> None:
        self.stack.close()

    def take(self, rows: Rows) -> None:
        """Put them aside, each into its stretch."""
        if not rows.num_rows:
            return
        rows = _ordered(rows)
        if not self.files:
            self._open(rows)
        bounds = [0, *_places(rows["term"], self.starts), rows.num_rows]
        for (_file, writer), (low, high) in zip(self.files, pairwise(bounds), strict=True):
            writer.write_table(rows.slice(low, high - low))

    def sorted(self) -> Iterator[Rows]:
        """All of them in order, stretch after stretch."""
        for file, writer in self.files:
            writer.close()
            file.seek(0)
            yield _ordered(pa.ipc.open_file(file).read_all())
            file.close()

    def _open(self, first: Rows) -> None:
        """Where one stretch ends and the next begins is seen from those like them, else from the first ones."""
        like = _ordered(self.like) if self.like.num_rows else first
        places = np.linspace(0, like.num_rows, self.stretches, endpoint=False, dtype=np.int64)[1:]
        self.starts = like["term"].take(pa.array(places))
        for _stretch in range(self.stretches):
            file = self.stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 -- closed with the stack
            self.files.append((file, pa.ipc.new_file(file, first.schema)))


def _places(column: Any, starts: Any) -> list[int]:
    """Where each start would stand in a sorted column."""
    whole = column.combine_chunks()
    places = range(len(whole))
    return [bisect_left(places, start, key=lambda place: whole[place].as_py()) for start in starts.to_pylist()]


def _ordered(rows: Rows) -> Rows:
    """By term, as bytes are sorted."""
    return rows.take(pc.sort_indices(rows, sort_keys=[("term", "ascending"), ("customer_id", "ascending")]))


def _begun(chunks: Iterator[Sequence[int]]) -> Iterator[tuple[Rows, Rows]]:
    """The same as `_renewed` for customers who have no cards yet: most of a chunk all at once."""
    for ids, people, cards, come in cut_ahead((chunk, _answer(chunk)) for chunk in chunks):
        bulk.insert_table(connection, _CARDS, cards)
        rest = np.setdiff1d(np.fromiter(ids, np.int64), people.ids).tolist()
        gone, further = _renewed(rest, was={}) if rest else (_table({}), _table({}))
        yield gone, pa.concat_tables([come, further])


def _some_of(ids: Any) -> Rows:
    """Terms of a few of these customers."""
    return cut(simple(*_answer(ids[:: max(1, len(ids) // SEEN)].tolist())))[1]


def _answer(ids: Sequence[int]) -> Answer:
    found = _found(ids)
    others = {*(person[0] for person in found.people if person[-1]), *(one for one, _name in found.absorbed)}
    return found.people, found.reached, others


def _renewed(ids: Sequence[int], was: Mapping[int, str] | None = None) -> tuple[Rows, Rows]:
    """Write the cards of these customers; the terms that go, and those that come. was: their cards, where known."""
    was = _former(ids) if was is None else was
    now = _cards(ids)
    changed = {one: lines for one, lines in now.items() if was.get(one) != lines}
    before = {one: terms(lines) for one, lines in was.items() if one in changed or one not in now}
    after = {one: terms(lines) for one, lines in changed.items()}
    nothing = frozenset[str]()
    gone = {one: found - after.get(one, nothing) for one, found in before.items()}
    come = {one: found - before[one] if one in before else found for one, found in after.items()}
    _drop([one for one in was if one in changed or one not in now])
    _write(changed)
    return _table(gone), _table(come)


class _Found(NamedTuple):
    """All that stands in the records of some customers who are known, by which they are found."""

    people: list[tuple[Any, ...]]  # id, name, place and address, household
    reached: list[tuple[Any, ...]]  # whose, phone or email or number, value
    absorbed: list[tuple[Any, ...]]  # whose, name


def _found(ids: Sequence[int]) -> _Found:
    # Who is known is told, not asked for: PostgreSQL expects nearly nobody of rows that came in this transaction.
    people = _asked(
        "SELECT c.id, c.full_name, c.place || ' ' || c.address, h.code,"
        " c.erased_at IS NULL AND c.merged_into_id IS NULL FROM customers_customer c"
        " LEFT JOIN customers_household h ON h.id = c.household_id WHERE c.id",
        ids, " ORDER BY c.id",
    )  # fmt: skip
    points = _asked(
        "SELECT customer_id, CASE kind WHEN 'mobile' THEN 'phone' ELSE kind END, value FROM customers_contactpoint"
        " WHERE kind <> 'address' AND customer_id",
        ids,
    )
    numbers = _asked(
        "SELECT customer_id, CASE WHEN scheme IN ('phone', 'email') THEN scheme ELSE 'number' END, external_id"
        " FROM customers_identity WHERE scheme <> 'cookie' AND customer_id",
        ids,
    )
    people = [row[:-1] for row in people if row[-1]]
    return _Found(people, points + numbers, _asked(ABSORBED[0], ids, ABSORBED[1]) if _may_have_absorbed(ids) else [])


def _may_have_absorbed(ids: Sequence[int]) -> bool:
    """Whether it pays to ask who was merged into these customers: for many it is asked first whether anybody was."""
    return len(ids) < MANY or Customer.objects.filter(merged_into__isnull=False).exists()


def _cards(ids: Sequence[int]) -> dict[int, str]:
    """The card of each customer who is known, from the records."""
    phones, emails, numbers, others = (defaultdict[int, list[str]](list) for _kind in range(4))
    kinds = {"phone": phones, "email": emails, "number": numbers}
    found = _found(ids)
    for one, kind, value in found.reached:
        kinds[kind][one].append(value)
    for one, name in found.absorbed:
        others[one].append(name)
    return {
        one: card(Person(
            name, address, phones.get(one, ()), emails.get(one, ()),
            [*numbers.get(one, ()), household] if household else numbers.get(one, ()), others.get(one, ()),
        ))
        for one, name, address, household in found.people
    }  # fmt: skip


def _former(ids: Iterable[int]) -> dict[int, str]:
    """The cards as they stand; on PostgreSQL nobody else changes them until this transaction ends."""
    with connection.cursor() as cursor:
        among, words = _among(ids)
        held = " ORDER BY customer_id FOR UPDATE" if connection.vendor == "postgresql" else ""
        cursor.execute(f"SELECT customer_id, lines FROM {_CARDS} WHERE customer_id {among}{held}", words)  # noqa: S608
        return dict(cursor.fetchall())


def _asked(question: str, ids: Iterable[int], further: str = "") -> list[tuple[Any, ...]]:
    among, words = _among(ids)
    with connection.cursor() as cursor:
        cursor.execute(f"{question} {among}{further}", words)
        return list(cursor.fetchall())


def _among(ids: Iterable[int]) -> tuple[str, list[Any]]:
    if connection.vendor == "postgresql":
        return "= ANY(%s)", [bulk.as_array(ids)]
    return "IN (SELECT value FROM json_each(%s))", [json.dumps(list(ids))]


def _write(cards: Mapping[int, str]) -> None:
    columns = [pa.array(list(cards), pa.int64()), pa.array(list(cards.values()), pa.string())]
    bulk.insert_table(connection, _CARDS, pa.table(columns, ["customer_id", "lines"]))


def _drop(ids: Iterable[int]) -> int:
    among, words = _among(ids)
    if words[0] in {"[]", "{}"}:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {_CARDS} WHERE customer_id {among}", words)  # noqa: S608 -- our own name
        return int(cursor.rowcount)


def _table(found: Mapping[int, Set[str]]) -> Rows:
    """As rows: each term with whose it is."""
    texts = [text for one in found.values() for text in one]
    counts = np.fromiter(map(len, found.values()), np.int64, len(found))
    owners = np.repeat(np.fromiter(found, np.int64, len(found)), counts)
    return pa.table([pa.array(texts, pa.string()), pa.array(owners, pa.int64())], ["term", "customer_id"])


def _insert(rows: Rows) -> None:
    bulk.insert_table(connection, _TERMS, _ordered(rows))


def _delete(rows: Rows) -> None:
    if not rows.num_rows:
        return
    gone = rows["term"].to_pylist(), rows["customer_id"].to_pylist()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"DELETE FROM {_TERMS} USING unnest(%s::text[], %s::bigint[]) AS gone(term, customer_id)"  # noqa: S608
                f" WHERE {_TERMS}.term = gone.term COLLATE \"C\" AND {_TERMS}.customer_id = gone.customer_id",
                list(gone),
            )  # fmt: skip
        else:
            cursor.executemany(
                f"DELETE FROM {_TERMS} WHERE term = %s AND customer_id = %s",  # noqa: S608 -- our own name
                list(zip(*gone, strict=True)),
            )
