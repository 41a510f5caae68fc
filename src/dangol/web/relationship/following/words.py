"""What became of a recommendation, in words: the finding of a month, and shares with their signs."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.insight.relationship.following.outcome import AS_MEANT, AWAY, FEWEST, NO_PLACE, STAYED
from dangol.insight.relationship.following.queries import EARLY, Line, Seen
from dangol.lib.money import MINUS
from dangol.web.shell.figures import percent

type Word = str | Promise

OUTCOMES: dict[str, Word] = {
    AS_MEANT: gettext_lazy("Moved as meant"),
    STAYED: gettext_lazy("Stayed"),
    AWAY: gettext_lazy("Moved away"),
    NO_PLACE: gettext_lazy("On the map no more"),
}


def finding(line: Line, *, yardstick: str) -> str:
    """What may be said of one programme today, in one sentence. yardstick: by which places are measured now."""
    seen = line.last
    if seen is None and line.takeover.yardstick != yardstick:
        return _("Scales or settings have changed since, so it cannot be followed further.")
    if seen is None:
        return _("No month has ended since. Come back after the next one.")
    told = {"fewest": FEWEST, "days": EARLY.days}
    if seen.finding == "few":
        return _("Too few to compare: at least %(fewest)s customers of each side are needed.") % told
    if seen.finding == "early":
        return _("Too early to tell: places follow what happens only after some %(days)s days.") % told
    if seen.finding == "more":
        return _("It moves customers as meant: more of those who got it moved than of those held out.")
    if seen.finding == "less":
        return _("It works against what was meant: fewer of those who got it moved than of those held out.")
    return _("Whether it moves anybody cannot be told: the difference may be chance.")


def share(counts: dict[str, int], word: str = AS_MEANT) -> float | None:
    """The part of an arm; None of nobody."""
    among = sum(counts.values())
    return counts[word] / among if among else None


def more(value: float) -> str:
    """A difference of shares with its sign."""
    return ("+" if round(value, 3) > 0 else "") + percent(value, 1)


def gained(value: float) -> str:
    """Points gained, with their sign and one decimal."""
    number = f"{value:+.1f}".replace("-", MINUS)
    return "0.0" if number in {"+0.0", f"{MINUS}0.0"} else number


def month_cells(seen: Seen) -> dict[str, str]:
    """The numbers of one month as the table writes them."""
    told = {"treated": percent(share(dict(seen.treated)), 1), "held_out": percent(share(dict(seen.held_out)), 1)}
    found = seen.more
    return told | {
        "more": more(found.more) if found else "–",
        "interval": f"{more(found.low)} ~ {more(found.high)}" if found else "",
        "value": gained(seen.value["points"]) if seen.value else "–",
        "value_interval": f"{gained(seen.value['low'])} ~ {gained(seen.value['high'])}" if seen.value else "",
    }
