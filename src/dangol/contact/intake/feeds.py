"""The tables that sources and files yield, and the check that refuses a table of another shape.

Money is an exact integer in the minor unit of the home's currency. Times are the shop's own local
times without a zone. A text that is unknown is "", everything else that is unknown is null.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from dangol.lib.errors import DangolError

TIME = pa.timestamp("us")


class WrongFeed(DangolError):
    """A source yielded a table whose kind, columns or types are not those of its feed."""


_TYPES = {
    "text": pa.string(),
    "day": pa.date32(),
    "time": TIME,
    "money": pa.int64(),
    "number": pa.float64(),
    "yes": pa.bool_(),
}

# A word ends in ! where a source must give the column, in ? where its cells may be null.
_COLUMNS = {
    # kind: head_office, region, dealer, shop; parent: the code of the unit above
    "units": "code! name! kind! parent?",
    # category: a path, its levels separated by " / "; stock: how much is there, as of stock_at; expected_on: when it
    # comes in again
    "products": "code! name! category? unit_price:money? stock:number? expected_on:day? stock_at:time?",
    # line: line of business; place: coarse district; source: how we met; came_by: by which campaign or event;
    # attributes: a JSON object; scheme: whose numbering external_id is ("" the customers' own, any: whatever number of
    # theirs), see records.customers.schemes
    "customers": "external_id! full_name birth_date:day? gender line unit? household? registered_at:time?"
    " place postcode address phone? email? source came_by attributes occupation scheme member_no",
    # purpose: collection, marketing, night, third_party, overseas, sensitive, automated; channel: sms, email, dm or "";
    # evidence: where the answer can be seen again, without which no agreement is taken;
    # reminded_at: when the person was last told that the consent stands
    "consents": "customer! purpose! channel granted:yes! answered_at:time! evidence text_version reminded_at:time?",
    # one row per line; amount: received for the line, negative for a return, `fee` is part of it
    "transactions": "receipt! customer? time:time! store? channel product? description quantity:number"
    " amount:money! price_discount:money coupon_discount:money match_discount:money fee:money",
    # kind: granted, redeemed, expired; amount: money's worth, positive
    "points": "ref! customer! time:time! kind! amount:money!",
    # direction: in, out; minutes: the customer's own time; worth: money the customer received; campaign: the name or
    # the number of the one it answers, or belongs to
    "interactions": "ref! customer! time:time! direction! kind! touchpoint text minutes:number worth:money campaign",
    # dimension: convenience, trust, brand, care, commitment, or "" for another
    "answers": "ref! customer! time:time! survey item dimension! score:number! scale_min:number! scale_max:number!",
    # one form, or one answer of one; answers: a JSON list of {purpose, channel, granted}; a refusal may have no day
    "forms": "customer! answered_at:time? answers! evidence text_version recipient reminded_at:time?",
    # one questionnaire, or one answer of one; answers: a JSON list of {item, dimension, score, low, high, text}, where
    # an answer in words has a text and no score
    "surveys": "ref! customer! time:time! survey answers!",
    # kind: complaint, inquiry, suggestion, praise, monitor, review, opinion; state: open, taken_up, answered, settled
    "feedback": "ref! customer? time:time! kind! touchpoint store? product? product_name subject text state"
    " state_at:time? answer",
    # period: day, week, month, quarter, half_year, year; state: paused, resumed, ended, from state_at on; ends: the day
    # on which it ends, or ended
    "subscriptions": "ref! customer! time:time! store? product? description quantity:number price:money? period"
    " ends:time? state state_at:time? reason",
    # what is spent on a category anywhere; category: a path on record, "" for everything the shop sells; period: month,
    # year; how: survey, talk, estimate
    "needs": "ref! customer! time:time! category amount:money! period! how!",
    # whose it is says the customer, or the receipt of a purchase on record; state: preparing, shipped, delayed,
    # delivered, returned, cancelled, lost, or ""; until: the last moment the file knows of
    "deliveries": "ref! customer? time:time! receipt? product? description promised:time? shipped_at:time?"
    " delivered_at:time? carrier tracking state state_at:time? until:time?",
    # what was spent on customers together: purpose: win, keep, win_back, joint; campaign: its mark or name, or ""
    "costs": "ref! purpose! channel! since:day! until:day! amount:money! campaign note",
    # item_class: the first figure of its class in KDC; title and item are kept of those alone who want it
    "loans": "ref! customer! time:time! store? item_class due:time? renewals:number renewed_at:time? returned_at:time?"
    " lost_at:time? title item",
}


def _schema(columns: str) -> pa.Schema:
    fields = []
    for word in columns.split():
        name, _, kind = word.rstrip("!?").partition(":")
        fields.append(pa.field(name, _TYPES[kind or "text"], nullable=word.endswith("?")))
    return pa.schema(fields)


SCHEMAS: dict[str, pa.Schema] = {kind: _schema(columns) for kind, columns in _COLUMNS.items()}
GIVEN = {
    kind: frozenset(word.rstrip("!").partition(":")[0] for word in columns.split() if word.endswith("!"))
    for kind, columns in _COLUMNS.items()
}
KINDS = tuple(SCHEMAS)


@dataclass(frozen=True)
class Feed:
    """One table of one kind, as a source yields it; `check` says whether it keeps the contract."""

    kind: str
    table: pa.Table


def made(kind: str, columns: Mapping[str, Any]) -> Feed:
    """A checked feed from numpy or arrow columns; columns left out are "", 0 or null.

    No columns at all make an empty feed. Raises WrongFeed like `check`, and when one of the columns
    that only the source can know (`GIVEN`) is left out.
    """
    schema = _schema_of(kind)
    unknown = sorted(set(columns) - set(schema.names))
    if unknown:
        raise WrongFeed(f"The feed {kind} has no column {', '.join(unknown)}; it has {', '.join(schema.names)}.")
    missing = [name for name in schema.names if name in GIVEN[kind] and name not in columns]
    if columns and missing:
        raise WrongFeed(f"The feed {kind} was made without {', '.join(missing)}, which only its source can know.")
    count = len(next(iter(columns.values()))) if columns else 0
    arrays = [
        _array(columns[field.name], field.type) if field.name in columns else _blank(field, count) for field in schema
    ]
    feed = Feed(kind, pa.Table.from_arrays(arrays, schema=schema))
    check(feed)
    return feed


def _array(values: Any, type_: pa.DataType) -> pa.Array | pa.ChunkedArray:
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values if values.type == type_ else values.cast(type_)
    return pa.array(values, type=type_)


def _blank(field: pa.Field, count: int) -> pa.Array:
    if field.nullable or not count:
        return pa.nulls(count, field.type)
    empty = "" if pa.types.is_string(field.type) else 0
    return pa.repeat(pa.scalar(empty, field.type), count)


def _schema_of(kind: str) -> pa.Schema:
    if kind not in SCHEMAS:
        raise WrongFeed(f"There is no feed called {kind!r}; the feeds are {', '.join(KINDS)}.")
    return SCHEMAS[kind]


def check(feed: Feed) -> None:
    """Raise WrongFeed, in one sentence, unless the table has the columns and types of its kind.

    The order of columns is free; a column too many is refused like one too few, and so is an
    empty cell in a column that must be known.
    """
    schema = _schema_of(feed.kind)
    found = feed.table.schema
    for words, names in (
        ("lacks the column", [name for name in schema.names if name not in found.names]),
        ("has the unknown column", [name for name in found.names if name not in schema.names]),
        ("has twice the column", sorted({name for name in found.names if found.names.count(name) > 1})),
    ):
        if names:
            raise WrongFeed(f"The feed {feed.kind} {words} {', '.join(names)}; it needs {', '.join(schema.names)}.")
    for field in schema:
        column = feed.table.column(field.name)
        if column.type != field.type:
            raise WrongFeed(
                f"The feed {feed.kind} has {column.type} in the column {field.name}; {field.type} is needed."
            )
        if not field.nullable and column.null_count:
            raise WrongFeed(
                f"The feed {feed.kind} leaves {column.null_count} cells of the column {field.name} empty;"
                f" every row needs a value there."
            )
