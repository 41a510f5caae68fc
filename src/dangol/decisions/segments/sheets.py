"""The sheet of a segment: what is decided for it, and what could be to begin with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db.models import Max
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.decisions.segments.models import Segment, Sheet
from dangol.lib.errors import WrongUse
from dangol.records.changes.actions import record_row
from dangol.records.staff.models import User

PARTS = ("position", "value", "price", "channel", "promotion", "reward")
LONGEST = 300  # letters of a part


class NoSuchSheet(WrongUse):
    """The sheet names a target that does not exist, or a part is too long."""


@dataclass(frozen=True)
class Mix:
    """A sheet in words. target: first, later or not; the others are free text, empty where nothing is decided."""

    target: str = Sheet.Target.LATER
    position: str = ""
    value: str = ""
    price: str = ""
    channel: str = ""
    promotion: str = ""
    reward: str = ""


def sheet_of(segment: Segment) -> Sheet | None:
    """The sheet that counts, None before anything was decided."""
    return segment.sheets.order_by("-pk").first()


def sheets_of(segments: Iterable[Segment]) -> dict[int, Sheet]:
    """The sheets that count, by segment: one query, however many."""
    newest = Sheet.objects.filter(segment__in=list(segments)).values("segment").annotate(newest=Max("pk"))
    return {one.segment_id: one for one in Sheet.objects.filter(pk__in=newest.values("newest"))}


@atomic
def write_sheet(segment: Segment, mix: Mix, *, by: User | None, at: datetime) -> bool:
    """Decide this for the segment from now on; return whether anything changed. Raises NoSuchSheet."""
    if mix.target not in Sheet.Target.values:
        raise NoSuchSheet(
            _("A segment is served %(choices)s, not “%(target)s”.")
            % {"choices": ", ".join(Sheet.Target.values), "target": mix.target}
        )
    words = {name: " ".join(text.split()) if name != "target" else text for name, text in asdict(mix).items()}
    if long := [name for name in PARTS if len(words[name]) > LONGEST]:
        raise NoSuchSheet(
            _("%(part)s has more than %(letters)d letters: say it shorter.") % {"part": long[0], "letters": LONGEST}
        )
    now = sheet_of(segment)
    if now is not None and all(getattr(now, name) == text for name, text in words.items()):
        return False
    record_row(segment.sheets.create(**words, saved_by=by, saved_at=at), at=at)
    return True


def proposal(region: str) -> Mix:
    """A sheet to begin with for customers of a region of the map (I, II, III, unknown; empty: several)."""
    if region == "I":
        return Mix(
            target=Sheet.Target.FIRST,
            position=_("The shop that knows what goes well with what they already like"),
            value=_("More of what suits them: another product, a larger size, a subscription"),
            price=_("The usual price; an advantage for buying together, never for buying less"),
            promotion=_("Promotion, cross-sell, a monthly statement with their points"),
            reward=_("Points on further goods"),
        )
    if region == "II":
        return Mix(
            target=Sheet.Target.FIRST,
            position=_("The shop that remembers them and is there when something goes wrong"),
            value=_("Care, trust and time saved rather than lower prices"),
            price=_("The usual price; fees and trouble taken off them"),
            promotion=_("A gift, personal care, an invitation to the customer panel"),
            reward=_("Thanks that money cannot buy: first to taste, a word in what is developed"),
        )
    if region == "III":
        return Mix(
            target=Sheet.Target.LATER,
            position=_("A relationship in which both sides get about as much as they give"),
            value=_("Keep it so, and grow together"),
            price=_("The usual price"),
            promotion=_("News of what they like, at their own rhythm"),
            reward=_("Points as agreed"),
        )
    return Mix()
