"""Which model a line's values come from, since when and why, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.insight.analysis.rhythm.judging import FAMILY
from dangol.insight.relationship.valued_models import LEAST_ERROR, NAMES, NO_FIT, NOT_ASKED, NOT_JUDGED, PLAIN, POOLED

PLAIN_ITSELF = "plain_itself"  # the least error is that of the model there would be anyway

WHY: dict[str, str | Promise] = {
    LEAST_ERROR: gettext_lazy(
        "Of the models that know leaving and that values may use it came closest to what each customer then bought: "
        "off by %(error)s purchases, judged on %(judged)s (root mean square; BG/NBD %(plain_error)s)."
    ),
    PLAIN_ITSELF: gettext_lazy(
        "Of the models that know leaving and that values may use it came closest to what each customer then bought: "
        "off by %(error)s purchases, judged on %(judged)s (root mean square)."
    ),
    NOT_ASKED: gettext_lazy(
        "“How often will customers buy?” has not been asked in Insight. Once it is, the model that comes closest to "
        "what customers buy is taken."
    ),
    NOT_JUDGED: gettext_lazy(
        "When “How often will customers buy?” was asked for %(judged)s, no model could be judged on these customers."
    ),
    NO_FIT: gettext_lazy("%(instead_of)s came closest on %(judged)s, but finds no fit to the purchases of today."),
    POOLED: gettext_lazy(
        "These customers alone bear no fit of their own; it was fitted to all lines of business together."
    ),
}
AS_CLOSE = gettext_lazy("Insight foresees with the %(title)s, which came as close, as far as chance lets one see.")
NO_VALUES = gettext_lazy("Insight foresees with the %(title)s, from which no values can be made.")


@dataclass(frozen=True)
class LineModel:
    """One line of business; line: "" for all customers; since: "" where it is not known."""

    line: str
    customers: int
    title: str
    since: str
    why: str

    @property
    def told(self) -> str:
        """The model and since when."""
        words = {"model": self.title, "since": self.since}
        return _("%(model)s, since %(since)s") % words if self.since else self.title


def line_model(kept: Mapping[str, Any]) -> LineModel:
    """The words of one fit as a run keeps it; of an old one, made before there was a choice, the name alone."""
    facts = {name: kept.get(name) for name in ("error", "plain_error")}
    numbers = {name: "–" if value is None else f"{value:.2f}" for name, value in facts.items()}
    words = numbers | {"judged": _day(kept.get("judged", "")), "instead_of": kept.get("instead_of", "")}
    return LineModel(
        line=kept["line"],
        customers=kept["customers"],
        title=kept.get("title", PLAIN.TITLE),
        since=_day(kept.get("since", "")),
        why=_why(kept, words) if "reason" in kept else "",
    )


def _why(kept: Mapping[str, Any], words: Mapping[str, str]) -> str:
    reason = kept["reason"]
    itself = reason == LEAST_ERROR and kept["model"] == PLAIN.__name__
    told = str(WHY[PLAIN_ITSELF if itself else reason]) % words
    taken = kept.get("foreseen_by", "")
    if reason != LEAST_ERROR or not taken:
        return told
    title = next(model.TITLE for model in FAMILY if model.__name__ == taken)
    as_close = kept.get("as_close", taken in NAMES)  # older valuations did not keep it
    other = AS_CLOSE if as_close else NO_VALUES
    return f"{told} {other % {'title': title}}"


def _day(written: str) -> str:
    return date_format(date.fromisoformat(written)) if written else ""
