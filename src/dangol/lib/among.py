"""`unit__among=[…]`: one of many keys, told to the database as one value however many they are.

Django's `in` writes a mark for every key: with hundreds of them, reading the statement takes longer than the answer.
`unit__among_unsearched` says besides that the keys are not to be looked for in an index: right where another index
already gives the order and the keys only leave some rows out.
"""

import json
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, ForeignKey, Lookup
from django.db.models.sql.compiler import SQLCompiler


@BigIntegerField.register_lookup
@ForeignKey.register_lookup
class Among(Lookup[Any]):
    """The key is one of these."""

    lookup_name = "among"
    prepare_rhs = False
    unsearched = ""

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_extra: Any) -> tuple[str, Any]:
        lhs, words = self.process_lhs(compiler, connection)
        keys = json.dumps(sorted(self.rhs))
        return f"{self.unsearched}{lhs} IN (SELECT value FROM json_each(%s))", [*words, keys]  # noqa: S608 -- our own words

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        lhs, words = self.process_lhs(compiler, connection)
        return f"{lhs} = ANY(%s)", [*words, sorted(self.rhs)]


@ForeignKey.register_lookup
class AmongUnsearched(Among):
    """The same, for rows that come in an order of their own (only SQLite needs to be told)."""

    lookup_name = "among_unsearched"
    unsearched = "+"
