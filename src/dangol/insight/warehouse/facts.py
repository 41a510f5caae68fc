"""What the warehouse holds: each table says by string where in the records its columns come from.

A room above contributes a table of its own by `register` in its AppConfig.ready(). SQL here names the
row's own table `r`, is read by SQLite and PostgreSQL alike, and never selects a name, a phone number,
an address or free text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """How a column is read from the records and kept in the lake."""

    INTEGER = "integer"  # 64 bits; keys and money in minor units
    QUANTITY = "quantity"  # decimal with three places
    FLOAT = "float"
    TEXT = "text"  # codes and coarse attributes; null becomes ""
    MOMENT = "moment"  # UTC timestamp without a zone, so that no engine shifts it
    LOCAL_DAY = "local day"  # read as a moment, kept as the date in the shop's time zone
    AGE_BAND = "age band"  # read as a birth date, kept as "30-39", "70+", "0-19" or ""


@dataclass(frozen=True)
class Column:
    """One column of a lake table and the SQL it comes from."""

    name: str
    kind: Kind
    sql: str


@dataclass(frozen=True)
class Fact:
    """Something that happened: appended to, kept in one file a month by its `day`.

    `watches` maps each table of the change feed to the SQL whose value lies in a changed key range.
    Every fact has a unique first column, and a column `at` from which `day` is derived.
    """

    name: str
    table: str
    joins: str
    columns: tuple[Column, ...]
    watches: Mapping[str, str]

    @property
    def key(self) -> str:
        return self.columns[0].name


@dataclass(frozen=True)
class Dimension:
    """What facts are split by: written whole, as a new version, when a watched table changed.

    `ages` says that it depends on the day it is written (age bands), so another day is a new version.
    """

    name: str
    table: str
    joins: str
    columns: tuple[Column, ...]
    watches: frozenset[str]
    ages: bool = False

    @property
    def key(self) -> str:
        return self.columns[0].name


# 1 where a row was a mistake: what was reversed, and the reversal. Kept, and left out of every answer.
MISTAKEN = "mistaken"

FACTS: dict[str, Fact] = {}
DIMENSIONS: dict[str, Dimension] = {}


def register(table: Fact | Dimension) -> None:
    """Take a table into the warehouse; its rows come with the next refresh."""
    if table.name in FACTS or table.name in DIMENSIONS:
        raise ValueError(f"The warehouse has a table '{table.name}' already.")
    if isinstance(table, Dimension):
        DIMENSIONS[table.name] = table
        return
    if not any(column.name == "at" and column.kind is Kind.MOMENT for column in table.columns):
        raise ValueError(f"The fact '{table.name}' needs a column 'at': facts are kept by month.")
    FACTS[table.name] = table


_IDENTITY = "LEFT JOIN customers_identity i ON i.id = {}.identity_id"
_WHOSE = Column("identity_key", Kind.INTEGER, "i.lake_key")


def _happened(name: str, table: str, key: str, *columns: Column) -> Fact:
    """A fact whose row carries its own key, identity and time."""
    own = (Column(key, Kind.INTEGER, "r.id"), _WHOSE, Column("at", Kind.MOMENT, "r.at"))
    return Fact(name, table, _IDENTITY.format("r"), (*own, *columns), {table: "r.id"})


def _texts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.TEXT, f"r.{name}") for name in names)


def _money(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.INTEGER, f"r.{name}") for name in names)


register(
    Fact(
        "lines",
        "ledger_orderline",
        "LEFT JOIN ledger_transaction t ON t.id = r.transaction_id " + _IDENTITY.format("t"),
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
    )
)
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
    )
)
# Never a title: a class of ten says what is read without saying which book.
register(_happened("loans", "ledger_loan", "loan_id", *_texts("item_class")))
register(
    Fact(
        "subscription_steps",
        "ledger_subscriptionstep",
        "LEFT JOIN ledger_subscription s ON s.id = r.subscription_id " + _IDENTITY.format("s"),
        (
            Column("step_id", Kind.INTEGER, "r.id"),
            Column("subscription_id", Kind.INTEGER, "r.subscription_id"),
            _WHOSE,
            Column("at", Kind.MOMENT, "r.at"),
            *_texts("kind"),
            *_money("price"),
        ),
        {"ledger_subscriptionstep": "r.id", "ledger_subscription": "r.subscription_id"},
    )
)

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
            Column("registered_on", Kind.LOCAL_DAY, "r.registered_at"),
            Column("unit_code", Kind.TEXT, "u.code"),
        ),
        frozenset({"customers_customer", "staff_unit"}),
        ages=True,
    )
)
register(
    Dimension(
        "identities",
        "customers_identity",
        "LEFT JOIN customers_customer c ON c.id = r.customer_id",
        (
            Column("identity_key", Kind.INTEGER, "r.lake_key"),
            Column("customer_key", Kind.INTEGER, "c.lake_key"),
        ),
        frozenset({"customers_identity", "customers_customer"}),
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
        frozenset({"catalog_product", "catalog_category"}),
    )
)
register(
    Dimension(
        "units",
        "staff_unit",
        "",
        (Column("unit_id", Kind.INTEGER, "r.id"), *_texts("code", "kind")),
        frozenset({"staff_unit"}),
    )
)
