"""What a kind of file is: its fields, how its rows are judged, which feeds they become, what is told of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

import pyarrow as pa
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from dangol.contact.intake import amounts
from dangol.contact.intake.feeds import Feed
from dangol.contact.intake.taken import Taken
from dangol.lib import money

LONGEST = 120  # characters of an id

type Word = str | Promise


EMPTY = gettext_lazy("Row %(row)s: “%(column)s” is empty. Every row needs it.")


class Type(StrEnum):
    """How a cell is read; `checking.READERS` has the SQL of each."""

    CODE = "code"  # an id as it is written; 17850.0 is 17850
    CUSTOMER = "customer"  # who it is: a number of ours, a member or card number, a phone number, an address
    WORDS = "words"  # a text; "" where there is none
    BORN = "born"  # a birth date between 1900 and today, also written 900301
    MOMENT = "moment"  # a date with or without a time of day, in the shop's time
    CLOCK = "clock"  # a time of day beside a moment
    MONEY = "money"  # an exact decimal in major units; `Given.minor` makes minor units of it
    NUMBER = "number"  # an exact decimal
    CHOICE = "choice"  # one of the field's `choices`
    PHONE = "phone"  # in E.164 where it can be one
    EMAIL = "email"  # in small letters
    POSTCODE = "postcode"


class Unread(StrEnum):
    """What a cell that cannot be read does to its row."""

    REFUSE = "refuse"  # the row is refused, with the reason
    LEAVE = "leave"  # the cell is left empty, and told among the warnings
    OWN = "own"  # the kind's own rules say


@dataclass(frozen=True)
class Field:
    """One thing a column can hold.

    words: headings as they are written, in Korean and English, without spaces and signs; the first is the surest.
    needed: a row without it is refused. longest: characters beyond which a code is refused; cut: beyond which words are
    cut, and told. choices: word as written, in small letters and without spaces → value. barcode: its codes may be
    barcodes, which look like resident numbers. nothing: words for an amount of 0, written like `choices`.
    """

    name: str
    label: Word
    type: Type = Type.WORDS
    words: str = ""
    needed: bool = False
    unread: Unread = Unread.REFUSE
    longest: int = LONGEST
    cut: int = 0
    choices: Mapping[str, str] = field(default_factory=dict)
    barcode: bool = False
    nothing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kept:
    """What a further column is kept for, and on which ground (a word of `records.customers.fields.Basis`)."""

    purpose: str
    basis: str


@dataclass(frozen=True)
class Wish:
    """A field that no column of a file holds, told in a sentence, and the columns that may hold it."""

    field: str
    told: str
    columns: list[str]


class Stage(Protocol):
    """What a kind sees of the staging: tables of DuckDB, `raw` with the cells and `lines` with the judged rows."""

    engine: Any

    def make(self, name: str, query: str) -> None: ...

    def one(self, query: str) -> tuple[Any, ...]: ...

    def batches(self, query: str, rows: int) -> Iterator[pa.Table]: ...


@dataclass(frozen=True)
class Given:
    """What a check goes by. mapping: field → heading; now: the clock in shop time, as ISO text; kept: heading → why.

    notes: what a kind decided while it completed or asked, in sentences that stand among the warnings. wishes: what it
    would know from a column that nobody chose; told first.
    """

    mapping: Mapping[str, str]
    headings: Sequence[str]
    currency: str
    zone: str
    now: str
    kept: Mapping[str, Kept] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)

    def cell(self, name: str) -> str:
        """SQL for the cell of a field as it was written, "" where the file has no such column."""
        return self.under(self.mapping[name]) if name in self.mapping else "''"

    def under(self, heading: str) -> str:
        """SQL for the cell under a heading."""
        return f"trim(c{self.headings.index(heading)})"

    def same_column(self, one: str, other: str) -> bool:
        """Whether two fields are read from one column."""
        return one in self.mapping and self.mapping[one] == self.mapping.get(other)

    @property
    def left(self) -> list[str]:
        """Headings that no field takes, in the order of the file."""
        taken = set(self.mapping.values())
        return [heading for heading in self.headings if heading not in taken]

    @property
    def exponent(self) -> int:
        """Decimal places of the currency."""
        return money.exponent(self.currency)

    def minor(self, expression: str) -> str:
        """SQL for money in major units as whole minor units; null when too large."""
        return amounts.minor(expression, self.exponent)


def in_future(count: int) -> str:
    """What is said of so many rows that lie in the future; "" for none."""
    told = ngettext("%(count)s row lies in the future.", "%(count)s rows lie in the future.", count)
    return told % {"count": f"{count:,}"} if count else ""


def _as_is(rows: str, _given: Given) -> str:
    return f"SELECT *, '' AS wrong FROM ({rows})"  # noqa: S608 -- our own names


def _no_feeds(_stage: Stage, _given: Given) -> Iterator[Feed]:
    yield from ()


def _asks_nothing(_stage: Stage, _given: Given) -> None:
    return


def _no_words(_counts: Mapping[str, int], _taken: Taken, _given: Given) -> list[str]:
    return []


def _nothing_further(_given: Given) -> Sequence[str]:
    return ()


def _no_doubts(_mapping: Mapping[str, str]) -> list[str]:
    return []


@dataclass(frozen=True)
class Kind:
    """One kind of file, in words and SQL; see the top of `kinds` for how to add one.

    settle: the mapping after the guess or the form, where one column stands in for another. gaps: needed fields that a
    mapping leaves out. wished: fields that a file may lack, but that are guessed where a mapping says nothing of them;
    "" in it says that no column holds it. doubts: sentences about a mapping. prepare: makes tables that `judge` asks,
    out of `raw`. judge: SQL of the typed rows → the same with more columns, among them `wrong`: the names of fields, or
    words of `reasons`, for which a row is refused. called_off: those of them that leave nothing to mend. complete:
    fills in rows of `lines` what others of the file say.
    counted: name → SQL condition over `lines`; asked: name → a whole question that answers with a number. ask: asks the
    records, inside the transaction, and may refuse rows of `lines` still. as_nobodys: SQL of `receipt`, what each row
    would be known by if nobody had bought, and `known`, whether somebody did. aside: feeds written first and not
    counted; feeds: the accepted rows, one row of a feed for each. warnings: what is told when it is done. told_by:
    field whose column a reason names when its own is not there. totals: when none of these fields can be read, a word
    for totals anywhere in the row makes it a row of totals. keeps: whether further columns can be kept as details of
    the customer. further: headings of columns that no field takes and the kind does. private: fields that are not kept
    of refused rows either. spent: columns that nobody asks for after the judging, which `lines` does without.
    """

    name: str
    label: Word
    fields: tuple[Field, ...]
    feeds: Callable[[Stage, Given], Iterator[Feed]]
    settle: Callable[[Mapping[str, str]], dict[str, str]] = dict
    gaps: Callable[[Mapping[str, str]], list[str]] | None = None
    wished: tuple[str, ...] = ()
    doubts: Callable[[Mapping[str, str]], list[str]] = _no_doubts
    prepare: Callable[[Stage, Given], None] = _asks_nothing
    judge: Callable[[str, Given], str] = _as_is
    complete: Callable[[Stage, Given], None] = _asks_nothing
    counted: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)
    ask: Callable[[Stage, Given], None] = _asks_nothing
    as_nobodys: str | None = None
    aside: Callable[[Stage, Given], Iterator[Feed]] = _no_feeds
    warnings: Callable[[Mapping[str, int], Taken, Given], list[str]] = _no_words
    reasons: Mapping[str, Word] = field(default_factory=dict)
    called_off: tuple[str, ...] = ()
    empty: Word = EMPTY
    told_by: Mapping[str, str] = field(default_factory=dict)
    totals: tuple[str, ...] = ()
    keeps: bool = False
    further: Callable[[Given], Sequence[str]] = _nothing_further
    private: tuple[str, ...] = ()
    spent: tuple[str, ...] = ()

    @property
    def labels(self) -> dict[str, Word]:
        """The fields by name, in words, in the order in which a page offers them."""
        return {one.name: one.label for one in self.fields}

    def named(self, name: str) -> Field | None:
        """The field of that name."""
        return next((one for one in self.fields if one.name == name), None)

    def missing(self, mapping: Mapping[str, str]) -> list[str]:
        """The needed fields that a mapping leaves out."""
        if self.gaps is not None:
            return self.gaps(mapping)
        return [one.name for one in self.fields if one.needed and one.name not in mapping]

    def may_be(self, field: str, heading: str, headings: Sequence[str]) -> bool:
        """Whether a mapping may say so: a column of the file, or of a wished field that none holds it."""
        return heading in headings or (not heading and field in self.wished)

    def unsaid(self, mapping: Mapping[str, str]) -> list[str]:
        """The wished fields of which a mapping says nothing."""
        return [name for name in self.wished if name not in mapping]
