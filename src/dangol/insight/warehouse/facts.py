"""What the warehouse holds: each table says by string where in the records its columns come from.

A room above contributes a table of its own by `register` in its AppConfig.ready(). SQL here names the
row's own table `r`, is read by SQLite and PostgreSQL alike, and never selects a name, a phone number,
an address or free text.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

import pyarrow as pa

from dangol.insight.warehouse import korean_days, regions


class Kind(Enum):
    """How a column is read from the records and kept in the lake."""

    INTEGER = "integer"  # 64 bits; keys and money in minor units
    QUANTITY = "quantity"  # decimal with three places
    FLOAT = "float"
    TEXT = "text"  # codes and coarse attributes; null becomes ""
    MOMENT = "moment"  # UTC timestamp without a zone, so that no engine shifts it
    LOCAL_DAY = "local day"  # read as a moment, kept as the date in the shop's time zone
    AGE_BAND = "age band"  # read as a birth date, kept as "30-39", "70+", "0-19" or ""
    PROVINCE = "province"  # read as a place, kept as the code of its province, two figures, or ""
    DISTRICT = "district"  # read as a place, kept as the code of its district, five figures, or ""


@dataclass(frozen=True)
class Column:
    """One column of a lake table and the SQL it comes from."""

    name: str
    kind: Kind
    sql: str


@dataclass(frozen=True)
class Lead:
    """What a row leads to: the row of `table`, named `alias`, whose id is `by`; there it may lead on."""

    alias: str
    table: str
    by: str  # a column of the row that leads, after that one's alias

    @property
    def join(self) -> str:
        return f"LEFT JOIN {self.table} {self.alias} ON {self.alias}.id = {self.by}"


@dataclass(frozen=True)
class Fact:
    """Something that happened: appended to, kept in files of a month each by its `day`.

    `watches` maps each table of the change feed to the SQL whose value lies in a changed key range.
    Every fact has a unique first column, and a column `at` from which `day` is derived. The SQL of a column is about
    the row itself and what is joined to it (`beside`), or about one row of the `leads`.
    """

    name: str
    table: str
    leads: tuple[Lead, ...]
    columns: tuple[Column, ...]
    watches: Mapping[str, str]
    beside: str = ""

    @property
    def key(self) -> str:
        return self.columns[0].name

    @property
    def joins(self) -> str:
        return " ".join([*(lead.join for lead in self.leads), *filter(None, [self.beside])])

    def about(self, column: Column) -> str:
        """The alias of the lead that the column tells of; "r" where it tells of the row itself."""
        named = {lead.alias for lead in self.leads} & set(re.findall(r"\b([a-z]+)\.", column.sql))
        return next(iter(named), "r")


@dataclass(frozen=True)
class Dimension:
    """What facts are split by: written whole, as a new version, when a watched table changed.

    `watches` maps each table of the change feed to the SQL whose value lies in a changed key range; "" where any
    change touches every row. `dated`: rows that end are kept with the days for which they held (`dated_rows`).
    """

    name: str
    table: str
    joins: str
    columns: tuple[Column, ...]
    watches: Mapping[str, str]
    dated: bool = False

    @property
    def key(self) -> str:
        return self.columns[0].name

    @property
    def past(self) -> str:
        """The table of the rows that ended."""
        return f"{self.name}_past"


@dataclass(frozen=True)
class Known:
    """What facts are split by that stands in no record: made from the days that the facts span, by a rule of ours.

    `edition` is another word whenever the rule makes other rows.
    """

    name: str
    make: Callable[[date, date], pa.Table]
    edition: str


# 1 where a row was a mistake: what was reversed, and the reversal. Kept, and left out of every answer.
MISTAKEN = "mistaken"

FACTS: dict[str, Fact] = {}
DIMENSIONS: dict[str, Dimension] = {}
KNOWN: dict[str, Known] = {}


def register(table: Fact | Dimension | Known) -> None:
    """Take a table into the warehouse; its rows come with the next refresh."""
    if table.name in FACTS or table.name in DIMENSIONS or table.name in KNOWN:
        raise ValueError(f"The warehouse has a table '{table.name}' already.")
    if isinstance(table, Known):
        KNOWN[table.name] = table
        return
    if isinstance(table, Dimension):
        DIMENSIONS[table.name] = table
        return
    if not any(column.name == "at" and column.kind is Kind.MOMENT for column in table.columns):
        raise ValueError(f"The fact '{table.name}' needs a column 'at': facts are kept by month.")
    FACTS[table.name] = table


def _identity(of: str) -> Lead:
    return Lead("i", "customers_identity", f"{of}.identity_id")


_WHOSE = Column("identity_key", Kind.INTEGER, "i.lake_key")


def _happened(name: str, table: str, key: str, *columns: Column) -> Fact:
    """A fact whose row carries its own key, identity and time."""
    own = (Column(key, Kind.INTEGER, "r.id"), _WHOSE, Column("at", Kind.MOMENT, "r.at"))
    return Fact(name, table, (_identity("r"),), (*own, *columns), {table: "r.id"})


def _step(name: str, table: str, of: str, owner: str, *columns: Column) -> Fact:
    """A fact that tells what became of another: whose it is stands there."""
    own = (
        Column("step_id", Kind.INTEGER, "r.id"),
        Column(f"{of}_id", Kind.INTEGER, f"r.{of}_id"),
        _WHOSE,
        Column("at", Kind.MOMENT, "r.at"),
    )
    leads = (Lead("o", owner, f"r.{of}_id"), _identity("o"))
    return Fact(name, table, leads, (*own, *columns), {table: "r.id", owner: f"r.{of}_id"})


def _texts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.TEXT, f"r.{name}") for name in names)


def _money(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.INTEGER, f"r.{name}") for name in names)


register(
    Fact(
        "lines",
        "ledger_orderline",
        (Lead("t", "ledger_transaction", "r.transaction_id"), _identity("t")),
        (
            Column("line_id", Kind.INTEGER, "r.id"),
            Column("receipt_id", Kind.INTEGER, "r.transaction_id"),
            _WHOSE,
            Column("at", Kind.MOMENT, "r.at"),
            Column("product_id", Kind.INTEGER, "r.product_id"),
            Column("quantity", Kind.QUANTITY, "r.quantity"),
            *_money("amount", "price_discount", "coupon_discount", "match_discount", "fee"),
            Column("channel", Kind.TEXT, "t.channel"),
            Column("unit_id", Kind.INTEGER, "t.unit_id"),
            Column("currency", Kind.TEXT, "t.currency"),
            Column(
                MISTAKEN,
                Kind.INTEGER,
                "CASE WHEN t.reverses_id IS NOT NULL OR t.id IN"
                " (SELECT reverses_id FROM ledger_transaction WHERE reverses_id IS NOT NULL) THEN 1 ELSE 0 END",
            ),
        ),
        {"ledger_orderline": "r.id", "ledger_transaction": "r.transaction_id"},
    )
)
register(_happened("points", "ledger_pointentry", "point_id", *_texts("kind"), *_money("amount")))
register(
    _happened(
        "interactions",
        "ledger_interaction",
        "interaction_id",
        *_texts("kind", "direction", "touchpoint"),
        Column("minutes", Kind.FLOAT, "r.minutes"),
        *_money("worth"),
        # Which of our own campaigns it belongs to: the mark of its assignments. Marks of files stay where they are.
        Column("campaign", Kind.TEXT, "CASE WHEN r.source_ref LIKE 'campaign:%' THEN r.source_ref ELSE '' END"),
    )
)
register(_happened("withholdings", "ledger_withholding", "withholding_id", *_texts("source_ref", "reason")))
# What was said stays where it was said: of what kind it was, about which goods, and how it was settled.
register(
    _happened(
        "feedback",
        "voices_feedback",
        "feedback_id",
        *_texts("kind", "touchpoint"),
        *(Column(name, Kind.INTEGER, f"r.{name}") for name in ("unit_id", "product_id")),
    )
)
register(_step("feedback_steps", "voices_feedbackstep", "feedback", "voices_feedback", *_texts("state")))
register(
    _happened(
        "answers",
        "voices_surveyanswer",
        "answer_id",
        *_texts("survey", "item", "dimension"),
        *(Column(name, Kind.FLOAT, f"r.{name}") for name in ("score", "scale_min", "scale_max")),
    )
)
register(_happened("assignments", "ledger_assignment", "assignment_id", *_texts("source_ref", "arm")))
register(
    _happened(
        "subscriptions",
        "ledger_subscription",
        "subscription_id",
        Column("product_id", Kind.INTEGER, "r.product_id"),
        Column("quantity", Kind.QUANTITY, "r.quantity"),
        *_money("price"),
        *_texts("period"),
        Column("unit_id", Kind.INTEGER, "r.unit_id"),
        *_texts("currency"),
    )
)
register(
    _step(
        "subscription_steps",
        "ledger_subscriptionstep",
        "subscription",
        "ledger_subscription",
        *_texts("kind"),
        *_money("price"),
    )
)
# Tied to nobody: who sees a part of the customers sees nothing of it, as of sales to nobody known.
register(
    Fact(
        "costs",
        "ledger_cost",
        (),
        (
            Column("cost_id", Kind.INTEGER, "r.id"),
            Column("identity_key", Kind.INTEGER, "CAST(NULL AS bigint)"),
            Column("at", Kind.MOMENT, "r.at"),
            *_texts("purpose", "channel", "currency"),
            Column("campaign", Kind.TEXT, "CASE WHEN r.campaign LIKE 'campaign:%' THEN r.campaign ELSE '' END"),
            *_money("amount"),
            Column(MISTAKEN, Kind.INTEGER, "CASE WHEN b.id IS NULL THEN 0 ELSE 1 END"),
        ),
        {"ledger_cost": "r.id", "ledger_costtakenback": "b.id"},
        beside="LEFT JOIN ledger_costtakenback b ON b.cost_id = r.id",
    )
)
# Never a title: a class of ten says what is read without saying which book.
register(
    _happened("loans", "ledger_loan", "loan_id", *_texts("item_class"), Column("unit_id", Kind.INTEGER, "r.unit_id"))
)
register(_step("loan_steps", "ledger_loanstep", "loan", "ledger_loan", *_texts("kind")))

register(
    Dimension(
        "customers",
        "customers_customer",
        "LEFT JOIN staff_unit u ON u.id = r.unit_id",
        (
            Column("customer_key", Kind.INTEGER, "r.lake_key"),
            *_texts("line"),
            Column("age_band", Kind.AGE_BAND, "r.birth_date"),
            *_texts("place"),
            Column("province", Kind.PROVINCE, "r.place"),
            Column("district", Kind.DISTRICT, "r.place"),
            Column("registered_on", Kind.LOCAL_DAY, "r.registered_at"),
            Column("unit_code", Kind.TEXT, "u.code"),
        ),
        {"customers_customer": "r.id", "staff_unit": "r.unit_id"},
        dated=True,
    )
)
# Who was forgotten is nobody: their receipts stay in the sums, and count for no customer, however the lake was read.
register(
    Dimension(
        "identities",
        "customers_identity",
        "LEFT JOIN customers_customer c ON c.id = r.customer_id",
        (
            Column("identity_key", Kind.INTEGER, "r.lake_key"),
            Column("customer_key", Kind.INTEGER, "CASE WHEN c.erased_at IS NULL THEN c.lake_key END"),
        ),
        {"customers_identity": "r.id", "customers_customer": "r.customer_id"},
    )
)
register(
    Dimension(
        "products",
        "catalog_product",
        "LEFT JOIN catalog_category c ON c.id = r.category_id",
        (
            Column("product_id", Kind.INTEGER, "r.id"),
            *_texts("code"),
            Column("category", Kind.TEXT, "c.path"),
        ),
        {"catalog_product": "r.id", "catalog_category": "r.category_id"},
        dated=True,
    )
)
register(
    Dimension(
        "categories",
        "catalog_category",
        "LEFT JOIN catalog_category p ON p.id = r.parent_id",
        (
            Column("category", Kind.TEXT, "r.path"),
            Column("above", Kind.TEXT, "p.path"),
            Column("level", Kind.INTEGER, "1 + (length(r.path) - length(replace(r.path, ' / ', ''))) / 3"),
        ),
        {"catalog_category": ""},
    )
)
# A dealer may stand below a region directly, a shop below a dealer: the first region on the way up.
_UP = " ".join(f"LEFT JOIN staff_unit {one} ON {one}.id = {below}.parent_id" for below, one in ("ra", "ab", "bc", "cd"))
_REGION = " ".join(f"WHEN {one}.kind = 'region' THEN {one}.code" for one in "rabcd")
register(
    Dimension(
        "units",
        "staff_unit",
        _UP,
        (
            Column("unit_id", Kind.INTEGER, "r.id"),
            *_texts("code", "kind"),
            Column("above", Kind.TEXT, "a.code"),
            Column("region", Kind.TEXT, f"CASE {_REGION} ELSE '' END"),
        ),
        {"staff_unit": ""},
        dated=True,
    )
)
register(Known("calendar", korean_days.calendar, korean_days.EDITION))
register(Known("regions", regions.regions, regions.EDITION))
