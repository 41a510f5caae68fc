"""The map in words: its finding, what to do for a region, and what is known of the customers' side."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.insight.analysis.models import Run
from dangol.web.shell import words
from dangol.web.shell.figures import percent

type Word = str | Promise

FOLLOWS_SPENDING = "spending"  # the note of a run whose customer value is spending again
PARTS: dict[str, Word] = {
    "economic_value": gettext_lazy("discounts, points and gifts"),
    "social_value": gettext_lazy("trust, care and convenience"),
    "relationship_cost": gettext_lazy("fees and trouble"),
}
# region: icon, class of the note, what to do
ADVICE: dict[str, tuple[str, str, Word]] = {
    "II": ("heart", "r2", gettext_lazy(
        "Care comes before discounts for these customers: a thank-you gift, a call, an invitation.")),
    "I": ("gift", "r1", gettext_lazy(
        "These customers like what they get. Suggest something more: another product, a coupon next time.")),
    "III": ("check", "r3", gettext_lazy(
        "Both sides get about as much as they give. Keep it so, and grow together.")),
    "unknown": ("info", "", gettext_lazy(
        "Something is still missing to place these customers. A short survey or a few more purchases will tell.")),
}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """How much of the customers' side is known: parts with data of three, those missing, and whether it is spending."""

    parts: int
    missing: list[str]
    spending: float | None


def finding(groups: Mapping[str, Mapping[str, Any]], regions: Mapping[str, int]) -> str:
    """What the map says, in one sentence."""
    short = [name for name, group in groups.items() if group["region"] == "II"]
    if short and len(groups) > 1:
        largest = max(sorted(short), key=lambda name: groups[name]["customers"])
        return _("%(group)s customers give more than they get") % {"group": words.line_name(largest)}
    placed = sum(number for region, number in regions.items() if region != "unknown")
    if not placed:
        return _("What customers get from you is not known yet")
    short_share, offer_share = regions.get("II", 0) / placed, regions.get("I", 0) / placed
    if max(short_share, offer_share) < 0.05:
        return _("Most customers get about as much as they give")
    if short_share >= offer_share:
        return _("%(share)s of the customers give more than they get") % {"share": percent(short_share)}
    return _("%(share)s of the customers get more than they give") % {"share": percent(offer_share)}


def known(run: Run) -> Known:
    """What a run knows of the customers' side."""
    parts = run.summary["parts"]
    missing = [part for part, counts in parts.items() if not counts["measured"] + counts["estimated"]]
    follows = any(note["code"] == FOLLOWS_SPENDING for note in run.summary["notes"])
    spending = run.summary["spending_correlation"] if follows else None
    return Known(len(parts) - len(missing), [str(PARTS[part]) for part in missing], spending)


def unit(customers: int, *, day: str, line: str = "") -> str:
    """What is drawn: how many, of whom, when."""
    told = ngettext("%(n)s customer", "%(n)s customers", customers) % {"n": f"{customers:,}"}
    who = f"{words.line_name(line)}, {told}" if line else told
    return _("%(day)s, %(who)s, ranks among all active customers 0–100") % {"day": day, "who": who}
