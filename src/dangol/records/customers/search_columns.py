"""Cards and terms of very many people at once, column by column: what `search_terms` makes of one after another.

Of nearly everybody there is one name, one phone number, one address, one number. Such people are `simple`; whoever has
more of anything, or anything written in an odd way, is left to be cut alone. Both ways give the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dangol.records.customers.search_terms import BESIDE, later_words, of_name, squeezed_name, taken_apart

type Text = pa.Array  # null where there is none
# What `simple` is told.
type Answer = tuple[Sequence[tuple[Any, ...]], Sequence[tuple[Any, ...]], Iterable[int]]
type Numbers = np.ndarray[Any, np.dtype[Any]]

_PHONE = r"^\+82[0-9]+$"
_SHORT_EMAIL = r"^[0-9a-z]+@[0-9a-z]+\.[a-z]+$"  # whose only later word is all behind the @


@dataclass(frozen=True)
class Simple:
    """People of whom there is one of each at most; every column has a row for each of the `ids`, in their order."""

    ids: Numbers
    name: Text  # as it is compared
    phone: Text  # as it is dialled
    number: Text
    email: Text
    address: Text


def simple(people: Sequence[tuple[Any, ...]], reached: Sequence[tuple[Any, ...]], others: Iterable[int]) -> Simple:
    """Those who are simple among people, each an id, a name and an address, in the order of their ids.

    reached: whose it is, its kind (phone, email, number), and the value. others: who is left out for another reason.
    """
    ids, names, addresses = _columns(people, (np.int64, object, object))
    left = np.isin(ids, np.fromiter(others, np.int64))
    owners, kinds, values = _columns(reached, (np.int64, object, object))
    found = {}
    for kind, fit in (("phone", _phones), ("number", _numbers), ("email", _emails)):
        mine = (kinds == kind) & np.isin(owners, ids)
        places = np.searchsorted(ids, owners[mine])
        column = np.full(len(ids), None, object)
        column[places] = values[mine]
        left[places[column[places] != values[mine]]] = True  # there is another
        found[kind], odd = fit(pa.array(column, pa.string()))
        left |= odd
    written = pa.array(names, pa.string())
    name = _each(written, squeezed_name)
    left |= _flags(pc.and_(pc.not_equal(written, ""), pc.equal(name, "")))
    rows = pa.table({"id": ids, "name": _some(name), "address": pa.array(addresses, pa.string()), **found})
    kept = rows.filter(pa.array(~left)).combine_chunks()
    columns = {one: _whole(kept[one]) for one in kept.column_names}
    return Simple(columns.pop("id").to_numpy(), **columns)


def cut(people: Simple) -> tuple[pa.Table, pa.Table]:
    """Their cards (customer_id, lines) and their terms (term, customer_id)."""
    words, lines = _addresses(people.address)
    parts = [*(_line(letter, column) for letter, column in (
        ("N", people.name), ("P", people.phone), ("C", people.number), ("E", people.email))), lines]  # fmt: skip
    cards = pc.binary_join_element_wise(*parts, "\n", "")
    cards = pc.if_else(pc.equal(cards, "\n"), "", cards)
    found = [_of_names(people), _of_addresses(people, words), _of_emails(people)]
    for letter, column in (
        ("P", people.phone), ("R", pc.utf8_reverse(people.phone)), ("C", people.number), ("E", people.email),
    ):  # fmt: skip
        found.append(_rows(people, pc.binary_join_element_wise(letter, column, "")))
    return pa.table({"customer_id": people.ids, "lines": cards}), pa.concat_tables(found).combine_chunks()


def cut_ahead[Whose](answers: Iterator[tuple[Whose, Answer]]) -> Iterator[tuple[Whose, Simple, pa.Table, pa.Table]]:
    """The simple ones of each answer of the store with their cards and terms: one answer is cut while the store is
    asked for the next.
    """
    with ThreadPoolExecutor(1) as beside:
        before: tuple[Whose, Future[tuple[Simple, pa.Table, pa.Table]]] | None = None
        for whose, answer in answers:
            coming = beside.submit(_cut, answer)
            if before is not None:
                yield before[0], *before[1].result()
            before = whose, coming
        if before is not None:
            yield before[0], *before[1].result()


def _cut(answer: Answer) -> tuple[Simple, pa.Table, pa.Table]:
    people = simple(*answer)
    return people, *cut(people)


def _columns(rows: Sequence[tuple[Any, ...]], types: Sequence[Any]) -> list[Numbers]:
    """The first columns of the rows."""
    return [np.fromiter(map(itemgetter(place), rows), type_, len(rows)) for place, type_ in enumerate(types)]


def _phones(told: Text) -> tuple[Text, Numbers]:
    odd = _flags(pc.invert(pc.match_substring_regex(told, _PHONE)))
    return pc.replace_substring_regex(told, r"^\+82", "0"), odd


def _numbers(told: Text) -> tuple[Text, Numbers]:
    odd = _flags(pc.invert(pc.string_is_ascii(told)))
    return _some(pc.replace_substring_regex(pc.ascii_lower(told), "[^0-9a-z]", "")), odd


def _emails(told: Text) -> tuple[Text, Numbers]:
    odd = pc.or_(pc.invert(pc.string_is_ascii(told)), pc.or_(pc.equal(told, ""), pc.match_substring(told, "\n")))
    return pc.ascii_lower(told), _flags(odd)


def _of_names(people: Simple) -> pa.Table:
    return _listed(people, _each(people.name, of_name, pa.list_(pa.string())))


def _of_addresses(people: Simple, words: pa.ListArray) -> pa.Table:
    """Each word with the name beside it."""
    beside = pc.fill_null(pc.utf8_slice_codeunits(people.name, 0, BESIDE), "")
    names = beside.take(pc.list_parent_indices(words))
    terms = pc.binary_join_element_wise("A", pc.list_flatten(words), " ", names, "")
    return pa.table({"term": terms, "customer_id": people.ids[pc.list_parent_indices(words).to_numpy()]})


def _of_emails(people: Simple) -> pa.Table:
    """The later words of addresses; most have one."""
    short = pc.match_substring_regex(people.email, _SHORT_EMAIL)
    ends = pc.replace_substring_regex(pc.if_else(short, people.email, None), "^[^@]*@", "F")
    longer = pc.if_else(short, None, people.email)
    rest = pa.array([_ends(one) if one else None for one in longer.to_pylist()], pa.list_(pa.string()))
    return pa.concat_tables([_rows(people, ends), _listed(people, rest)])


def _ends(email: str) -> list[str]:
    return list(dict.fromkeys(later_words(f"E{email}")))


def _addresses(addresses: Text) -> tuple[pa.ListArray, Text]:
    """The words of each address, and its lines on the card; an address of many, or none, is taken apart once."""
    encoded = addresses.dictionary_encode()
    apart = [taken_apart(one) for one in encoded.dictionary.to_pylist()]
    lines = [
        "".join([*(f"\nA{word}" for word in words), *(f"\na{figure}" for figure in figures)])
        for words, figures in apart
    ]
    words = pa.array([words for words, _figures in apart], pa.list_(pa.string()))
    return words.take(encoded.indices), pa.array(lines, pa.string()).take(encoded.indices)


def _line(letter: str, column: Text) -> Text:
    return pc.fill_null(pc.binary_join_element_wise(f"\n{letter}", column, ""), "")


def _each(texts: Text, make: Any, type_: pa.DataType | None = None) -> pa.Array:
    """What is made of each different text, for every row that has it."""
    encoded = texts.dictionary_encode()
    return pa.array([make(one) for one in encoded.dictionary.to_pylist()], type_ or pa.string()).take(encoded.indices)


def _listed(people: Simple, lists: pa.ListArray) -> pa.Table:
    owners = people.ids[pc.list_parent_indices(lists).to_numpy()]
    return pa.table({"term": pc.list_flatten(lists), "customer_id": owners})


def _rows(people: Simple, terms: Text) -> pa.Table:
    return pa.table({"term": terms, "customer_id": people.ids}).filter(pc.is_valid(terms))


def _some(texts: Text) -> Text:
    """Null in the place of a blank."""
    return pc.if_else(pc.equal(texts, ""), None, texts)


def _flags(told: pa.Array) -> Numbers:
    flags: Numbers = pc.fill_null(told, False).to_numpy(zero_copy_only=False)
    return flags


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
