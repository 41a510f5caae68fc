"""The columns of lists that the current valuation gives: region, both values, and what they come to."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.insight.analysis import score_columns
from dangol.insight.analysis.models import Run
from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.models import Parts
from dangol.lib.plain_rows import plain_rows
from dangol.records.customers import columns
from dangol.records.customers.columns import Asked, Column, Kind, Rows
from dangol.records.staff.roles import May

UNKNOWN = "unknown"
EXPECTATIONS: dict[str, str | Promise] = {
    "best_below": _("One of the best, below expectation"),
    "below": _("Below expectation"),
    "met": _("As expected"),
}
LEFT_OUT: dict[str, str | Promise] = {"complained": _("Complained after being left out")}
VALUATION = "relationship"  # the kind of run, without the estimators that no command waits for


def register() -> None:
    """Take them into what lists can show."""
    columns.register(
        _score("region", _("Region"), Kind.CHOICE, value="text", unknown=UNKNOWN, sorts=False),
        _score("gap", _("Value to the customer − to the company"), Kind.NUMBER, score="region", filters=False),
        _score("customer_value", _("Value to the customer"), Kind.POINTS, falling=True),
        _score("customer_equity", _("Value to the company"), Kind.POINTS, falling=True),
        part_column("equity", _("Customer equity"), Kind.MONEY, falling=True, instead=_in_uses),
        _score("expectation", _("Expectation"), Kind.CHOICE, value="text", words=lambda: EXPECTATIONS, sorts=False),
        _score("left_out", _("Left out of campaigns"), Kind.CHOICE, value="text", words=lambda: LEFT_OUT, sorts=False),
        part_column("p_alive", _("Likely still with us"), Kind.SHARE, falling=True),
        _score("uses_year", _("Uses in a year"), Kind.NUMBER, falling=True),
        _score("use_days", _("Days of use in a year"), Kind.NUMBER, falling=True),
        _score("variety", _("Classes borrowed from in a year"), Kind.NUMBER, falling=True),
    )


def run_of(asked: Asked) -> Run | None:
    """The valuation that counts, looked up once."""
    return score_columns.run_of(VALUATION, asked)


def part_column(name: str, label: Any, kind: Kind, *, part: str = "", **more: Any) -> Column:
    """A column `name` of the part of the same name (or `part`) that the newest valuation keeps in its wide row."""
    return Column(
        name, label, kind, _rows, part or name, "customer", may=(May.SEE_VALUES,),
        version=score_columns.version_of(VALUATION), item="parts", together=_as_written, **more,
    )  # fmt: skip


def _rows(asked: Asked) -> Rows:
    run = run_of(asked)
    # Not none(): this becomes SQL of its own, which says nobody where nobody was valued.
    return Parts.objects.filter(run=run.pk if run else 0)


def _as_written(asked: Asked, wanted: Sequence[Column]) -> Iterator[tuple[Column, Any, Any]]:
    """What these columns show of everybody, in the order in which the rows were written: one question."""
    for keys, *told in plain_rows(_rows(asked).order_by("pk").values_list("customer", *(one.value for one in wanted))):
        for column, values in zip(wanted, told, strict=True):
            yield column, keys, values


def _in_uses(column: Column, asked: Asked) -> Column:
    """Where nothing is sold the value to the business is no money."""
    return replace(column, kind=Kind.NUMBER, label=_("Uses ahead")) if is_by_use(run_of(asked)) else column


def _score(name: str, label: Any, kind: Kind, **more: Any) -> Column:
    return score_columns.score_column(name, label, kind, of=VALUATION, **more)
