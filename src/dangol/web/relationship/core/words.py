"""What was found, in words: criteria with their rules and lists, sets of them, tenths, parts of the business."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.decisions.segments.fields import NotGroupedYet, NotValuedYet
from dangol.decisions.segments.models import Segment
from dangol.decisions.segments.queries import select
from dangol.insight.analysis.models import Run
from dangol.insight.relationship.core import words
from dangol.insight.relationship.core.chosen import contribution_of
from dangol.insight.relationship.core.names import (
    CONTRIBUTION,
    EQUITY,
    EXCHANGE,
    FREQUENT,
    LOSS,
    OPINION,
    PROFIT,
    REFERRAL,
    REVENUE,
    SET,
    SETS,
    TENTH,
    TENTHS,
    YES,
)
from dangol.insight.relationship.core.settings import CoreSettings
from dangol.insight.relationship.counted_in import is_by_use
from dangol.insight.relationship.expectation.gaps import BELOW, BEST
from dangol.insight.relationship.queries import current_run
from dangol.records.ledger.kdc import CLASSES
from dangol.records.voices.models import Feedback
from dangol.web.shell.figures import count, decimals, people, percent, worth_about
from dangol.web.shell.templatetags.shell import line_name

type Word = str | Promise

MEASURES: dict[str, Word] = {
    CONTRIBUTION: gettext_lazy("Contribution"), REVENUE: gettext_lazy("Net revenue"),
    EQUITY: gettext_lazy("Customer equity"),
}  # fmt: skip
PARTS: dict[str, Word] = {
    "line": gettext_lazy("Line of business"), "category": gettext_lazy("Category"), "segment": gettext_lazy("Segment"),
}  # fmt: skip
OF_USES: dict[str, Word] = {
    CONTRIBUTION: gettext_lazy("Uses in a year"), EQUITY: gettext_lazy("Uses ahead"),
}  # fmt: skip
MOST_SEGMENTS = 20


def parts_named(run: Run) -> dict[str, Word]:
    """By what contributions can be told apart."""
    return {**PARTS, "category": gettext_lazy("Class of what was lent")} if is_by_use(run) else PARTS


def measures(run: Run) -> dict[str, Word]:
    """What can be spread: money in three ways, or uses in two."""
    return OF_USES if is_by_use(run) else MEASURES


@dataclass(frozen=True)
class Line:
    """Customers of one kind; customers: None where it cannot be told, and `rule` says why."""

    code: str
    name: str
    rule: str
    customers: int | None = None
    share: float = 0.0
    contribution: float = 0.0
    contribution_share: float | None = None
    address: str = ""
    told: str = ""


@dataclass(frozen=True)
class Tenth:
    """Customers of one tenth by contribution, the best first; the last row are those below zero."""

    code: str
    name: str
    customers: int
    contribution: float
    share: float | None
    span: str
    address: str
    told: str


@dataclass(frozen=True)
class Part:
    """A line, category or segment: customers, money in minor units, and how unevenly its contribution is spread.

    problem: why it cannot be told.
    """

    code: str
    name: str
    customers: int = 0
    revenue: float = 0.0
    cost: float = 0.0
    contribution: float = 0.0
    share: float | None = None
    gini: str = ""
    top_share: str = ""
    negative: int = 0
    address: str = ""
    problem: str = ""


def headline(run: Run) -> str:
    """The page in one sentence."""
    found = run.summary["spread"][CONTRIBUTION]
    if found is None:
        return _("Nobody has brought in anything in the last year, so nothing is spread.")
    if is_by_use(run):
        return _("The best fifth of customers makes %(share)s of all uses.") % {
            "share": percent(found["top_share"]["value"])
        }
    return _("The best fifth of customers brings %(share)s of what all of them contribute.") % {
        "share": percent(found["top_share"]["value"])
    }


@dataclass(frozen=True)
class Frequent:
    """Frequent users with the rule in words, their lists, and those of them who are served below expectation."""

    customers: int
    rule: str
    share_of_users: float | None
    share_of_uses: float | None
    address: str
    below: int
    below_address: str
    choice: str


def frequent(run: Run) -> Frequent | None:
    """Who comes often, where nothing is sold; None elsewhere."""
    found = run.summary.get(FREQUENT)
    if found is None:
        return None
    least, own = found["least"], {FREQUENT: YES}
    rule = ngettext(
        "used us on at least %(n)s day of the last 365",
        "used us on at least %(n)s different days of the last 365",
        least,
    ) % {"n": least}
    below = urlencode({**own, "expectation": [BELOW, BEST]}, doseq=True)
    return Frequent(
        found["customers"], rule, _share(found["customers"], found["users"]), _share(found["uses"], found["all_uses"]),
        f"{reverse('customers')}?{urlencode(own)}", found["below"], f"{reverse('customers')}?{below}", urlencode(own),
    )  # fmt: skip


def criteria(run: Run) -> list[Line]:
    """The three criteria."""
    rules = words.rules(CoreSettings.kept(run.parameters), by_use=is_by_use(run))
    named = words.CRITERIA_OF_USE if is_by_use(run) else words.CRITERIA
    return [_criterion(run, code, name, rules[code]) for code, name in named.items()]


def together(run: Run) -> list[Line]:
    """Who meets which criteria together, all three first; those that nobody meets are left out."""
    found = run.summary["sets"]
    return [
        _line(run, word, words.set_name(word, by_use=is_by_use(run)), "", found[word], asked={SET: word})
        for word in reversed(SETS)
        if found[word][0]
    ]


def by_number(run: Run) -> list[Line]:
    """How many criteria are met: three, two, one."""
    found, rows = run.summary["sets"], []
    for number in (3, 2, 1):
        mine = [word for word in SETS if word.count("-") == number - 1]
        counted = [sum(found[word][place] for word in mine) for place in range(3)]
        name = ngettext("%(n)s criterion", "%(n)s criteria", number) % {"n": number}
        rows.append(_line(run, str(number), name, "", counted, asked={SET: mine}))
    return rows


def tenths(run: Run) -> list[Tenth]:
    """Customers in ten parts by what they contribute, and those below zero apart."""
    found = run.summary["spread"][CONTRIBUTION]
    if found is None:
        return []
    whole, rows = run.summary["whole"], []
    for word, row in zip(TENTHS, [*found["tenths"], None], strict=True):
        if word == LOSS or row is None:
            row = [found["negative_customers"], found["negative_total"], None, None]
        customers, total, low, high = row
        if customers:
            rows.append(Tenth(
                word, words.tenth_name(word), int(customers), total, _share(total, whole["contribution"]),
                f"{worth_about(low, run)} ~ {worth_about(high, run)}" if low is not None else _("below 0"),
                f"{reverse('customers')}?{urlencode({TENTH: word})}", reverse("core_kind", args=[f"{TENTH}_{word}"]),
            ))  # fmt: skip
    return rows


def parts(run: Run, kind: str) -> list[Part]:
    """Lines, categories or saved segments, with what each contributes."""
    whole = run.summary["whole"]["contribution"]
    if kind == "segment":
        return list(_segments(run, whole))
    named = line_name if kind != "category" else _class if is_by_use(run) else _category
    rows = run.summary["categories" if kind == "category" else "lines"]
    return [
        _part(row, str(named(row["code"])), whole,
              f"{reverse('customers')}?{urlencode({'line': row['code']})}" if kind == "line" and row["code"] else "")
        for row in rows
    ]  # fmt: skip


def part_notes(run: Run, kind: str) -> str:
    """What to keep in mind of these rows."""
    if is_by_use(run) and kind != "segment":
        return _("Loans by their class; visits and questions have none.") if kind == "category" else ""
    return {
        "line": _("Cost is goods by the assumed margin, points and gifts."),
        "category": _("Points and gifts are of customers, not of goods, so they are in no category: the rows come to "
                      "more than the whole. The 40 categories with the most revenue."),
        "segment": _("Segments overlap, so the rows do not add up. The 20 saved last."),
    }[kind]  # fmt: skip


def heard(run: Run) -> list[tuple[str, str]]:
    """By what customers were heard, and how many of them how often."""
    kinds = {**dict(Feedback.Kind.choices), REFERRAL: _("Somebody they brought along")}
    return [
        (str(kinds.get(kind, kind)), _("%(people)s, %(times)s times") % {"people": people(who), "times": count(times)})
        for kind, (who, times) in run.summary["heard"].items()
    ]


def _criterion(run: Run, code: str, name: Any, rule: str) -> Line:
    counted = run.summary["core"][code]
    if counted is not None:
        told = reverse("core_kind", args=[code]) if code in run.summary["described"] else ""
        return _line(run, code, str(name), rule, counted, told, asked={"core": code})
    why = {
        PROFIT: _("nobody brings in anything, or nobody is valued yet"),
        EXCHANGE: _("uses are on record for less than a year")
        if is_by_use(run)
        else _("sales are on record for less than a year"),
        OPINION: _("no reviews, suggestions, praise, opinions, monitor reports or people brought along are on record"),
    }
    return Line(code, str(name), why[code])


def _line(
    run: Run, code: str, name: str, rule: str, counted: list[float], told: str = "", *, asked: dict[str, Any]
) -> Line:  # fmt: skip
    customers, _revenue, left = counted
    return Line(
        code, name, rule, int(customers), customers / max(run.summary["customers"], 1), left,
        _share(left, run.summary["whole"]["contribution"]),
        f"{reverse('customers')}?{urlencode(asked, doseq=True)}", told,
    )  # fmt: skip


def _segments(run: Run, whole: float) -> Iterator[Part]:
    valued = current_run()
    for segment in Segment.objects.order_by("-saved_at", "-pk")[:MOST_SEGMENTS]:
        try:
            row = contribution_of(run, str(segment.pk), select(segment.rule, run=valued))
        except (NotGroupedYet, NotValuedYet) as error:
            yield Part(str(segment.pk), segment.name, problem=str(error))
            continue
        yield _part(row, segment.name, whole, "")


def _part(row: dict[str, Any], name: str, whole: float, address: str) -> Part:
    return Part(
        row["code"], name, row["customers"], row["revenue"], row["cost"], row["contribution"],
        _share(row["contribution"], whole), spanned(row["gini"], decimals), spanned(row["top_share"], percent),
        row["negative"], address,
    )  # fmt: skip


def spanned(part: list[float] | None, written: Any) -> str:
    """A number with its interval."""
    if part is None:
        return "–"
    value, low, high = part
    return f"{written(value)} ({written(low)} ~ {written(high)})"


def _share(part: float, whole: float) -> float | None:
    """Of the whole; None where the whole is no gain."""
    return part / whole if whole > 0 else None


def _class(code: str) -> str:
    return str(CLASSES[code])


def _category(path: str) -> str:
    return " › ".join(path.split(" / ")[-2:]) if path else _("Without a category")
