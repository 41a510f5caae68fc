"""Pairs that are alike and yet two people: what they share, a family shares, or something excludes that they are one.

A weight is a sum, and a sum can be reached by a shared phone and a shared home alone. So a pair is looked at once more
for what no sum may outweigh. Whoever is taken apart here is shown as taken apart: a person decides.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dangol.insight.analysis.duplicates.comparing import TURNED, over_rows


class Cut(StrEnum):
    """Why two who are alike are taken apart; the words of `LikePair.Cut`."""

    CHAIN = "chain"
    PROOF = "proof"
    FAMILY = "family"
    NEVER = "never"


# Names that many bear are names; a slip makes one that hardly anybody bears.
BORNE = "greatest(3, (SELECT count(*) FROM people) / 50000)"

_SAME_BIRTH = "coalesce(l.birth = r.birth, false)"
_SAME_EMAIL = "coalesce(l.email = r.email OR l.email = r.email2 OR l.email2 = r.email, false)"
_GIVEN_ALIKE = (
    "CASE WHEN damerau_levenshtein(l.given_letters, r.given_letters) <= 1 THEN true WHEN l.hangul THEN false"
    " ELSE jaro_winkler_similarity(l.given_letters, r.given_letters) >= 0.75"
    " OR starts_with(l.given, left(r.given, 1)) AND least(length(l.given), length(r.given)) = 1 END"
)
_TWO_NAMES = (
    f"coalesce(l.hangul = r.hangul AND l.name <> r.name AND l.given <> r.given AND NOT ({_GIVEN_ALIKE})"
    " AND l.given <> coalesce(r.family, '') AND r.given <> coalesce(l.family, ''), false)"
)
# A letter apart may be a slip, or a brother: it is a slip where something of one's own agrees, or nobody is called so.
_OWN = f"({_SAME_BIRTH} OR {_SAME_EMAIL} OR coalesce(l.phone = r.phone, false))"
_BROTHERS = (
    f"coalesce(l.hangul AND r.hangul AND l.given <> r.given"
    f" AND (least(l.given_n, r.given_n) >= {BORNE} OR NOT {_OWN}), false)"
)
_TWO_BIRTHS = f"coalesce(hamming(l.birth, r.birth) > 2 AND NOT ({over_rows(TURNED)}), false)"
_TWO_GENDERS = "coalesce(l.gender <> r.gender, false)"
_SAME_PHONE = "coalesce(l.phone = r.phone OR l.phone = r.phone2 OR l.phone2 = r.phone, false)"
# Second names, nicknames and new names make other Latin names of one person; twins share more than the day.
_ONE_OF_TWO_NAMES = f"({_SAME_BIRTH} AND ({_SAME_EMAIL} OR NOT l.hangul AND NOT {_SAME_PHONE}))"
_NOT_ONE_NAME = "coalesce(l.name <> r.name AND (l.given <> r.given OR l.hangul AND l.family <> r.family), false)"

WHY = (
    f"CASE WHEN ({_NOT_ONE_NAME} AND ({_TWO_BIRTHS} OR {_TWO_GENDERS}) OR {_TWO_BIRTHS} AND {_TWO_GENDERS})"
    f" AND NOT {_SAME_EMAIL} THEN '{Cut.PROOF}'"
    f" WHEN ({_TWO_NAMES} OR {_BROTHERS}) AND NOT {_ONE_OF_TWO_NAMES} THEN '{Cut.FAMILY}'"
    " ELSE '' END"
)


def look(engine: Any, scores: str, *, least: float, into: str = "likely") -> None:
    """Make a table of the pairs with at least these log2 odds, and why each is two people, if it is."""
    engine.execute(
        f"CREATE OR REPLACE TABLE {into} AS SELECT s.unique_id_l AS l, s.unique_id_r AS r, s.match_weight AS weight,"
        f" {WHY} AS cut FROM {scores} s JOIN people l ON l.unique_id = s.unique_id_l"
        f" JOIN people r ON r.unique_id = s.unique_id_r WHERE s.match_weight >= {least}"
    )
