"""The columns of lists that the current run gives: criteria met, contribution and its tenth, months, times heard."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.insight.analysis.models import Score
from dangol.insight.analysis.score_columns import run_of, score_column
from dangol.insight.relationship.core import words
from dangol.insight.relationship.core.models import NeedShare
from dangol.insight.relationship.core.names import (
    CONTRIBUTION,
    FREQUENT,
    HEARD,
    KIND,
    MET,
    MONTHS,
    NAMES,
    NEED_RAISE,
    NEED_SHARE,
    NEED_YEAR,
    REVENUE_YEAR,
    SET,
    TENTH,
)
from dangol.insight.relationship.core.shares import about_names
from dangol.insight.relationship.counted_in import is_by_use
from dangol.records.customers import columns
from dangol.records.customers.columns import Asked, Column, Kind, Rows
from dangol.records.staff.roles import May


def register() -> None:
    """Take them into what lists can show."""
    columns.register(
        replace(
            _word("core", _("Core customer"), lambda: words.CRITERIA),
            kind=Kind.MANY,
            value="name",
            rows=_criteria,
        ),
        _word(SET, _("Core criteria met"), words.set_names),
        _number(MET, _("Core criteria met, how many"), Kind.NUMBER),
        replace(_number(CONTRIBUTION, _("Contribution of the last year"), Kind.MONEY), instead=_in_uses),
        replace(_number(REVENUE_YEAR, _("Net revenue of the last year"), Kind.MONEY), instead=_in_uses),
        _word(TENTH, _("Contribution, tenth of customers"), words.tenth_names),
        _number(MONTHS, _("Months with a purchase, of the last twelve"), Kind.NUMBER),
        _number(HEARD, _("Times heard in the last year"), Kind.NUMBER),
        _number(NEED_SHARE, _("Share of their need"), Kind.SHARE),
        _number(NEED_YEAR, _("Stated needs of a year"), Kind.MONEY),
        Column(
            NEED_RAISE,
            _("Large need, small share"),
            Kind.MANY,
            _raises,
            "about",
            "customer",
            may=(May.SEE_VALUES,),
            words=about_names,
            sorts=False,
            version=_version,
            item="need_share",
        ),
        replace(_word(FREQUENT, _("Frequent user"), dict), kind=Kind.YES_NO),
    )


def _in_uses(column: Column, asked: Asked) -> Column:
    """Where nothing is sold what customers bring is no money."""
    return replace(column, kind=Kind.NUMBER, label=_("Uses in a year")) if is_by_use(run_of(KIND, asked)) else column


def _number(name: str, label: str | Promise, kind: Kind) -> Column:
    return score_column(name, label, kind, of=KIND, falling=True)


def _word(name: str, label: str | Promise, called: Callable[[], Mapping[str, Any]]) -> Column:
    return score_column(name, label, Kind.CHOICE, of=KIND, value="text", words=called, sorts=False)


def _criteria(asked: Asked) -> Rows:
    run = run_of(KIND, asked)
    return Score.objects.filter(run=run.pk if run else 0, name__in=NAMES)


def _raises(asked: Asked) -> Rows:
    run = run_of(KIND, asked)
    return NeedShare.objects.filter(run=run.pk if run else 0, raises=True)


def _version(asked: Asked) -> int | None:
    run = run_of(KIND, asked)
    return run.pk if run else None
