"""The rows of the list, as text: fifty of them node by node of a template cost as much as all the rest of the page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from dangol.insight.analysis.models import Score
from dangol.web.customers.criteria import BALANCE
from dangol.web.customers.listing import Head, Row
from dangol.web.shell import marks, words
from dangol.web.shell.templatetags.shell import balance
from dangol.web.shell.viewer import Viewer

WIDE = 4  # columns that stay on a narrow screen

type Write = Callable[[Row, str], str]


def written(rows: Iterable[Row], heads: list[Head], viewer: Viewer, *, can_pick: bool) -> SafeString:
    """Return the rows of the table, each with what the columns tell; whatever is anybody's word is escaped."""
    columns = [_column(head, place, viewer) for place, head in enumerate(heads, 1)]
    pick = _Pick.of(can_pick=can_pick)
    parts = []
    for number, row in enumerate(rows, 1):
        cells = "\n".join([write(row, cell.text) for write, cell in zip(columns, row.cells, strict=True)])
        parts.append(f"<tr data-row>{pick(row, number)}\n{cells}\n</tr>")
    return mark_safe("".join(parts))  # noqa: S308 -- escaped where it was written


@dataclass(frozen=True)
class _Pick:
    """The box by which a row is picked, "" where nobody may pick."""

    sentence: str

    @classmethod
    def of(cls, *, can_pick: bool) -> "_Pick":
        return cls(escape(_("Pick row %(number)s")) if can_pick else "")

    def __call__(self, row: Row, number: int) -> str:
        if not self.sentence:
            return ""
        box = f'<input type="checkbox" data-pick="{row.customer.pk}">'
        said = self.sentence % {"number": number}
        return f'<td class="of-picks"><label class="box">{box}<span class="sr">{said}</span></label></td>'


def _column(head: Head, place: int, viewer: Viewer) -> Write:
    """How the cells of one column are written."""
    if head.name == "name":
        return _names(viewer)
    if head.name == "region":
        badge = cache(marks.badge)
        return lambda row, _text: f"<td>{badge(row.region_shown)}</td>"
    if head.name == BALANCE:
        return lambda row, _text: f"<td>{_balance(row)}</td>"
    kinds = f"{'n' if head.number else ''}{' drop' if place > WIDE else ''}"
    begin = f'<td class="{kinds}" data-l="{escape(head.label)}">'
    unknown = escape(_("Never")) if head.name == "last_purchase" else "–"
    return lambda _row, text: f"{begin}{escape(text) or f'<span class="mute">{unknown}</span>'}</td>"


def _names(viewer: Viewer) -> Write:
    """Write the name as this viewer sees it, leading to the profile, with the place and the line of business below."""
    profile = reverse("customer", args=[0]).removesuffix("0/")
    line_name = cache(lambda line: str(words.line_name(line)) if line else "")

    def write(row: Row, _text: str) -> str:
        one = row.customer
        below = " · ".join(filter(None, (one.place, line_name(one.line))))
        link = f'<a class="name" href="{profile}{one.pk}/">{escape(viewer.name(one))}</a>'
        return f'<td class="who-is">{link}<span class="sub">{escape(below)}</span></td>'

    return write


def _balance(row: Row) -> SafeString:
    theirs, ours = (_ends(row.scores.get(side)) for side in ("customer_value", "customer_equity"))
    (cv, cv_low, cv_high), (ce, ce_low, ce_high) = theirs, ours
    return balance(cv, ce, row.region, cv_low=cv_low, cv_high=cv_high, ce_low=ce_low, ce_high=ce_high)


def _ends(score: Score | None) -> tuple[float | None, float | None, float | None]:
    return (score.value, score.low, score.high) if score else (None, None, None)
