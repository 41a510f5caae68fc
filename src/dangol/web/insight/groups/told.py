"""What was found, in words: groups with names, the split, standings, three groups side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from dangol.insight.analysis.groups import words
from dangol.insight.analysis.groups.names import GROUPS_KIND
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import latest_run
from dangol.records.catalog.models import Topic
from dangol.records.ledger.touchpoints import TOUCHPOINTS
from dangol.records.voices.models import Feedback
from dangol.web.insight.answers import Answer
from dangol.web.shell.figures import count, decimals, money_about, percent

LETTERS = "ABCDEFGH"
CLEAR, SURE = 0.9, 0.75
SIDES = (words.BEST, words.STOPPED, words.LONG_STANDING, words.EVERYBODY)
HEADINGS = {
    words.BEST: pgettext_lazy("groups", "Best customers"), words.STOPPED: pgettext_lazy("groups", "Stopped"),
    words.LONG_STANDING: pgettext_lazy("groups", "Long-standing"),
    words.EVERYBODY: pgettext_lazy("groups", "Everybody"),
}  # fmt: skip
FEATURES = {
    "frequency": gettext_lazy("How often they buy"), "recency": gettext_lazy("How long ago they last did"),
    "basket": gettext_lazy("How much at once"), "discount": gettext_lazy("How often with discounts"),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """Customers of one kind: what they are called, the rule, how many, of all, what they bring in, and their list.

    customers: None where it cannot be told, and `rule` says why.
    """

    code: str
    name: str
    rule: str
    customers: int | None = None
    share: float = 0.0
    revenue: float = 0.0
    revenue_share: float = 0.0
    address: str = ""


@dataclass(frozen=True)
class Group(Line):
    """A group found: its letter in the picture, how surely it was found again, and what it buys."""

    letter: str = ""
    stability: float = 0.0
    sure: str = ""
    buys: str = ""


@dataclass(frozen=True)
class Told:
    """Everything the page and the API say of one run."""

    as_of: datetime
    sentence: str
    groups: list[Group]
    sensitive: list[Line]
    sensitive_note: str
    standing: list[Line]
    sides: list[str]
    rows: list[tuple[str, list[list[str]]]]
    thin: str


def told(run: Run) -> Told:
    """What this run found, in the language in use."""
    found = run.summary
    return Told(
        as_of=run.as_of, sentence=sentence(found), groups=_groups(found),
        sensitive=[_line(found, "sensitive", code, name, found["sensitive"].get(code, [0, 0.0]))
                   for code, name in words.SENSITIVITIES.items()] if found["sensitive_told"] else [],
        sensitive_note=_sensitive_note(found),
        standing=[*(_line(found, "standing", code, name, found["standing"][code])
                    for code, name in words.STANDINGS.items()),
                  _line(found, "long_standing", words.LONG_STANDING, HEADINGS[words.LONG_STANDING],
                        found["long_standing"], value="yes")],
        sides=[str(HEADINGS[side]) for side in SIDES], rows=side_rows(found["side_by_side"]), thin=_thin(found),
    )  # fmt: skip


def answer() -> Answer | None:
    """What the index of questions says."""
    run = latest_run(GROUPS_KIND)
    return Answer(sentence(run.summary), run.as_of) if run is not None else None


def sentence(found: dict[str, Any]) -> str:
    """What the search for groups came to."""
    search = found["found"]
    if search["customers"] < search["fewest"]:
        few = _("Groups are looked for from %(needed)s customers with a purchase in the last year; there are %(n)s.")
        return few % {"needed": count(search["fewest"]), "n": count(search["customers"])}
    number = len(search["groups"])
    if not number:
        return _(
            "No groups stand out. Customers differ, but without gaps: wherever one draws a line between them, as many "
            "stand near it as elsewhere, or another sample draws it elsewhere."
        )
    return ngettext(
        "%(n)s group stands out.", "%(n)s groups stand out: fewer customers between them than in them, and found again "
        "whenever the customers are drawn anew.", number,
    ) % {"n": count(number)}  # fmt: skip


def _groups(found: dict[str, Any]) -> list[Group]:
    rows = []
    for number, one in enumerate(found["found"]["groups"]):
        code = one["code"]
        line = _line(found, "group", code, words.group_name(code), found["groups"][code])
        sides = found["side_by_side"].get(code, {"categories": []})
        rows.append(Group(
            **vars(line), letter=LETTERS[number], stability=one["stability"],
            sure=_("found again almost whole") if one["stability"] >= CLEAR else _("found again for the most part"),
            buys=", ".join(_category(row[0]) for row in sides["categories"][:3]),
        ))  # fmt: skip
    return rows


def _line(found: dict[str, Any], field: str, code: str, name: Any, counted: list[float], *, value: str = "") -> Line:
    customers, revenue = counted
    return Line(
        code, str(name), str(words.RULES.get(code, "")), int(customers), customers / max(found["customers"], 1),
        revenue,
        max(revenue / found["revenue"], 0.0) if found["revenue"] > 0 else 0.0,
        f"{reverse('customers')}?{urlencode({field: value or code})}" if code else "",
    )  # fmt: skip


def _sensitive_note(found: dict[str, Any]) -> str:
    share = found["off_share"]
    if share is None:
        return _("Nobody bought anything in the last year.")
    if not found["sensitive_told"]:
        return _("Of all purchases %(share)s had a discount: nothing to tell customers apart by.") % {
            "share": percent(share)
        }
    return _(
        "Of all purchases %(share)s had a discount. Customers are set against that; it tells how they bought, not how "
        "they would if prices changed."
    ) % {"share": percent(share)}  # fmt: skip


def _thin(found: dict[str, Any]) -> str:
    """What to keep in mind where there is little to go by."""
    if found["on_record"] and found["on_record"] < 365:
        return _(
            "Sales are on record for %(n)s days only: who is new, stopped or long-standing shows after a year."
        ) % {"n": count(found["on_record"])}
    return ""


def side_rows(sides: dict[str, Any], shown: Sequence[str] = SIDES) -> list[tuple[str, list[list[str]]]]:
    """The table side by side: a heading, and in each column (shown, by code) some lines."""
    topics = {topic.pk: str(topic) for topic in Topic.objects.all()}
    kinds = dict(Feedback.Kind.choices)
    columns = [sides.get(side) for side in shown]
    rows = [
        (_("Customers"), lambda one: [count(one["customers"])]),
        (_("Purchases in their last year with us"), lambda one: [_("%(n)s each") % {"n": decimals(one["each"], 1)}]),
        (_("Average basket"), lambda one: [money_about(one["basket"])]),
        (_("Purchases with a discount"), lambda one: [percent(one["off_days"])]),
        (_("Brought something back"), lambda one: [_share(one["returned"])]),
        (_("What they buy more than others"), lambda one: [_lift(row) for row in one["categories"]]),
        (_("Where they buy"), lambda one: [_named(row, TOUCHPOINTS.get(row[0], row[0])) for row in one["channels"]]),
        (_("What they say"), lambda one: [_named(row, kinds.get(row[0], row[0])) for row in one["said"]]),
        (_("What they want to hear of"), lambda one: [_named(row, topics.get(row[0], "")) for row in one["wants"]]),
    ]
    return [(str(title), [_cell(read, one) for one in columns]) for title, read in rows]


def _cell(read: Any, one: dict[str, Any] | None) -> list[str]:
    return (read(one) if one and one["customers"] else []) or ["–"]


def _named(row: list[Any], name: Any) -> str:
    return f"{name} {_share(row[1:])}"


def _share(row: list[Any]) -> str:
    """A share with its interval."""
    _seen, share, low, high = row
    return f"{percent(share)} ({percent(low)}–{percent(high)})"


def _lift(row: list[Any]) -> str:
    category, least = row[0], row[6]
    return _("%(what)s, at least %(times)s times as often") % {
        "what": _category(category), "times": decimals(least, 1),
    }  # fmt: skip


def _category(path: str) -> str:
    """The last two levels of a category, which say enough."""
    return " › ".join(path.split(" / ")[-2:])
