"""Which part of the map is chosen: the words of its address, read and written, and the rule they make."""

from dataclasses import dataclass
from math import isfinite
from typing import Any, Self

from django.http import QueryDict

from dangol.decisions.segments.behind_numbers import FIELD as BEHIND
from dangol.insight.relationship import lasso
from dangol.insight.relationship.core.names import FREQUENT, YES
from dangol.insight.relationship.lasso import Corners
from dangol.insight.relationship.stages.models import OF_TRACK, Track
from dangol.insight.relationship.stages.names import CYCLE_FIELD, STAGE_FIELD
from dangol.web.shell.words import REGIONS

RANGES = {"ce": "customer_equity", "cv": "customer_value"}  # word of the address → field of a rule
FULL = (0.0, 100.0)
BACK, CHANCE = "back", "chance_of_return"  # word of the address, in per cent → field of a rule, 0–1

LASSO = "lasso"  # word of the address and field of a rule: a shape drawn on the map
NOWHERE: Corners = ((0.0, 0.0),) * 3  # holds nobody: what cannot be read must not mean everybody
PROGRAMME = "programme"  # word of the address and field of a rule: what is recommended for them
STATES = {STAGE_FIELD: OF_TRACK[Track.STAGE], CYCLE_FIELD: OF_TRACK[Track.CYCLE]}  # the same: where they stand

type Ends = tuple[float, float]


@dataclass(frozen=True)
class Choice:
    """Regions, lines of business, a rectangle or drawn shape of the map, chances to buy again (per cent), programmes
    recommended, stages of the relationship and states of the life cycle. Empty and full mean all; frequent: those who
    come often alone, where nothing is sold; behind: those kept of these numbers of the cube.
    """

    regions: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    ce: Ends = FULL
    cv: Ends = FULL
    back: Ends = FULL
    programmes: tuple[str, ...] = ()
    lasso: Corners = ()
    stage: tuple[str, ...] = ()
    cycle: tuple[str, ...] = ()
    frequent: bool = False
    behind: tuple[int, ...] = ()

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """From an address; what it does not know is left out, so that an old bookmark still opens."""
        return cls(
            regions=tuple(region for region in REGIONS if region in query.getlist("region")),
            lines=tuple(dict.fromkeys(line for line in query.getlist("line") if line)),
            ce=_ends(query, "ce"),
            cv=_ends(query, "cv"),
            back=_ends(query, BACK),
            programmes=tuple(dict.fromkeys(code for code in query.getlist(PROGRAMME) if code)),
            lasso=_lasso(query),
            **{word: tuple(one for one in known if one in query.getlist(word)) for word, known in STATES.items()},
            frequent=query.get(FREQUENT) == YES,
            behind=_inquiries(query.getlist(BEHIND)),
        )

    @property
    def framed(self) -> bool:
        """Whether a rectangle is drawn."""
        return (self.ce, self.cv) != (FULL, FULL)

    @property
    def outline(self) -> str:
        """The drawn shape as the address has it."""
        return lasso.written(self.lasso)

    @property
    def placed(self) -> bool:
        """Whether a part of the map is drawn, as a rectangle or by hand."""
        return self.framed or bool(self.lasso)

    @property
    def foretold(self) -> bool:
        """Whether chances to buy again are chosen."""
        return self.back != FULL

    @property
    def made(self) -> bool:
        """Whether anybody is picked: a line alone only filters what is shown."""
        picked = self.regions or self.programmes or self.lasso or self.staged or self.frequent or self.behind
        return bool(picked) or self.framed or self.foretold

    @property
    def staged(self) -> tuple[str, ...]:
        """Stages and states that are chosen."""
        return (*self.stage, *self.cycle)

    @property
    def rule(self) -> dict[str, Any]:
        """The rule that selects these customers."""
        rule: dict[str, Any] = {}
        if self.regions:
            rule["region"] = list(self.regions)
        if self.lines:
            rule["line"] = list(self.lines)
        for word, field in RANGES.items():
            if getattr(self, word) != FULL:
                rule[field] = list(getattr(self, word))
        if self.lasso:
            rule[LASSO] = [list(corner) for corner in self.lasso]
        if self.foretold:
            rule[CHANCE] = [end / 100 for end in self.back]
        if self.programmes:
            rule[PROGRAMME] = list(self.programmes)
        if self.frequent:
            rule[FREQUENT] = [YES]
        if self.behind:
            rule[BEHIND] = list(self.behind)
        return rule | {word: list(words) for word in STATES if (words := getattr(self, word))}

    def address(self) -> str:
        """The query string that asks for this, without its question mark."""
        query = QueryDict(mutable=True)
        query.setlist("region", list(self.regions))
        query.setlist("line", list(self.lines))
        query.setlist(PROGRAMME, list(self.programmes))
        query.setlist(LASSO, [self.outline] if self.lasso else [])
        for word in STATES:
            query.setlist(word, list(getattr(self, word)))
        if self.frequent:
            query[FREQUENT] = YES
        query.setlist(BEHIND, [str(number) for number in self.behind])
        for word in (*RANGES, BACK):
            if getattr(self, word) != FULL:
                low, high = getattr(self, word)
                query[f"{word}_low"], query[f"{word}_high"] = f"{low:g}", f"{high:g}"
        return query.urlencode()


def of_rule(rule: dict[str, Any]) -> Choice:
    """The choice a rule was made from; fields the map does not have are left out."""
    ends = {
        word: (float(low or 0.0), 100.0 if high is None else float(high))
        for word, field in RANGES.items()
        for low, high in [rule.get(field) or FULL]
    }
    low, high = rule.get(CHANCE) or (None, None)
    back = (100 * (low or 0.0), 100.0 if high is None else 100 * high)
    programmes = tuple(rule.get(PROGRAMME, ()))
    outline = lasso.corners(rule[LASSO]) if LASSO in rule else ()
    return Choice(
        tuple(rule.get("region", ())), tuple(rule.get("line", ())), **ends, back=back, programmes=programmes,
        lasso=outline, stage=tuple(rule.get(STAGE_FIELD, ())), cycle=tuple(rule.get(CYCLE_FIELD, ())),
        frequent=FREQUENT in rule, behind=tuple(rule.get(BEHIND, ())),
    )  # fmt: skip


def unreadable(query: QueryDict) -> str:
    """What is wrong with the drawn shape of an address; empty where nothing is, or no shape."""
    try:
        if text := query.get(LASSO):
            lasso.read(text)
    except lasso.NoLasso as problem:
        return str(problem)
    return ""


def _inquiries(words: list[str]) -> tuple[int, ...]:
    """Numbers of inquiries. A word that is none is 0, which nobody stands behind: it must not mean everybody."""
    return tuple(dict.fromkeys(int(word) if word.isascii() and word.isdigit() else 0 for word in words))


def _lasso(query: QueryDict) -> Corners:
    if not query.get(LASSO):
        return ()
    return NOWHERE if unreadable(query) else lasso.read(query.get(LASSO, ""))


def _ends(query: QueryDict, word: str) -> Ends:
    """The two ends in order, within 0–100; a missing or unreadable end is the edge of the map."""
    low, high = (_point(query.get(f"{word}_{end}", ""), edge) for end, edge in zip(("low", "high"), FULL, strict=True))
    return min(low, high), max(low, high)


def _point(text: str, edge: float) -> float:
    try:
        value = float(text)
    except ValueError:
        return edge
    return round(min(max(value, FULL[0]), FULL[1]), 1) if isfinite(value) else edge
