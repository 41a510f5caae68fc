"""The columns of lists that the current valuation gives: region, both values, and what they come to."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from dangol.insight.analysis.models import Run, Score
from dangol.lib.plain_rows import plain_rows
from dangol.records.customers import columns
from dangol.records.customers.columns import Asked, Column, Kind, Rows
from dangol.records.staff.roles import May

UNKNOWN = "unknown"


def register() -> None:
    """Take them into what lists can show."""
    columns.register(
        _score("region", _("Region"), Kind.CHOICE, value="text", unknown=UNKNOWN, sorts=False),
        _score("gap", _("Value to the customer − to the company"), Kind.NUMBER, name="region", filters=False),
        _score("customer_value", _("Value to the customer"), Kind.POINTS, falling=True),
        _score("customer_equity", _("Value to the company"), Kind.POINTS, falling=True),
        _score("equity", _("Customer equity"), Kind.MONEY, falling=True),
        _score("p_alive", _("Likely still with us"), Kind.SHARE, falling=True),
    )


def run_of(asked: Asked) -> Run | None:
    """The valuation that counts, looked up once."""
    from dangol.insight.relationship.queries import current_run  # brings the estimators, which no command waits for

    found: Run | None = asked.once("run", current_run)
    return found


def _score(name_: str, label: Any, kind: Kind, *, name: str = "", value: str = "value", **more: Any) -> Column:
    return Column(
        name_, label, kind, _rows(name or name_), value, "customer", may=(May.SEE_VALUES,), version=_version,
        item="score", of_everybody=_as_written(name_), **more,
    )  # fmt: skip


def _as_written(name: str) -> Callable[[Asked, Any], Iterator[tuple[Any, ...]]]:
    """All scores in the order in which they were written: by the index of a run SQLite would jump about the table."""

    def read(asked: Asked, _customers: Any) -> Iterator[tuple[Any, ...]]:
        told = columns.COLUMNS[name].told(asked)
        if connection.vendor == "sqlite":
            told = Score.objects.filter(pk__in=told.values("pk")).values_list(*told.query.values_select)
        return plain_rows(told)

    return read


def _version(asked: Asked) -> int | None:
    run = run_of(asked)
    return run.pk if run else None


def _rows(name: str) -> Callable[[Asked], Rows]:
    def rows(asked: Asked) -> Rows:
        run = run_of(asked)
        # Not none(): this becomes SQL of its own, which says nobody where nobody was valued.
        return Score.objects.filter(run=run.pk if run else 0, name=name)

    return rows
