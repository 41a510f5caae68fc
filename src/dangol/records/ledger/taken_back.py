"""Which sales stand: what was taken back by a row of its own is none, and neither is that row.

    Transaction.objects.filter(stands(), identity__customer=person)
    OrderLine.objects.filter(stands("transaction__"))

Said so that both stores see how many that is: nearly all. Asked for rows whose `reverses` is null, SQLite would take
the index of that key and walk through the whole table by it, once for every customer where one asks for each.
PostgreSQL takes sales and those that take them back for one and the same, unless the key they meet by is the one that
is null.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Q
from django.db.models.lookups import IsNull
from django.db.models.sql.compiler import SQLCompiler


class NullUnsearched(IsNull):
    """`is null`, not looked for in an index (only SQLite needs to be told)."""

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        sql, words = self.as_sql(compiler, connection)
        return f"+{sql}", words


def stands(sale: str = "") -> Q:
    """Of sales, or of what belongs to them: `sale` leads there."""
    return takes_nothing_back(sale) & Q(**{f"{sale}reversed_by__reverses": None})


def takes_nothing_back(sale: str = "") -> Q:
    """Whether it was entered as a sale, taken back later or not."""
    return Q(NullUnsearched(F(f"{sale}reverses"), True))
