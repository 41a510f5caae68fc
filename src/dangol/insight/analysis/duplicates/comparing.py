"""What is compared between two customers, level by level, and what each level weighs before any data are seen.

m: how often two rows of one person agree like that; u: how often two rows of two people do. They are what a shop's
lists look like (typed by hand, people move and change numbers); `fitting.py` lets the data correct them as far as there
are data. A level is held against another only where both rows say something.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from dangol.insight.analysis.duplicates.agreement import How


@dataclass(frozen=True)
class Level:
    """One way to agree. `rarity`: the column whose commonness counts, so that 김민수 says less than 독고탁."""

    sql: str
    m: float
    u: float
    how: How
    rarity: str = ""


@dataclass(frozen=True)
class Comparison:
    """Levels from the best to the worst; the first that holds counts. The last holds where no other does.

    said: what of a row is there where it says something; unknown: that one of two rows does not.
    """

    name: str
    said: str
    unknown: str
    levels: tuple[Level, ...]


def _both(column: str) -> str:
    return f"{column}_l IS NULL OR {column}_r IS NULL"


def _same(column: str, other: str = "") -> str:
    return f"{column}_l = {other or column}_r"


def _crossed(column: str) -> str:
    """One of the two rows says it as its second."""
    return f"({column}_l = {column}2_r OR {column}2_l = {column}_r)"


def _digits_off(column: str, most: int) -> str:
    """So many digits differ; the engine's quickest distance wants texts of one length."""
    return (
        f"CASE WHEN length({column}_l) = length({column}_r) THEN hamming({column}_l, {column}_r) <= {most}"
        " ELSE FALSE END"
    )


# Two homes whose numbers differ are two homes, however alike the words are.
SAME_HOUSE = "numbers_l = numbers_r"
NEARBY = "(postcode_l = postcode_r OR place_l = place_r)"
# The quick likeness first: the distance that knows letters which changed places is ten times slower.
ONE_LETTER = (
    "CASE WHEN jaro_similarity(letters_l, letters_r) >= 0.8 THEN damerau_levenshtein(letters_l, letters_r) <= 1"
    " ELSE FALSE END"
)
CLOSE_NAME = (
    f"({ONE_LETTER} OR NOT hangul_l AND (jaro_winkler_similarity(letters_l, letters_r) >= 0.92"
    " OR jaro_winkler_similarity(name_l, name_r) >= 0.92))"
)
CLOSE_GIVEN = (
    "(given_letters_l = given_letters_r AND jaro_winkler_similarity(letters_l, letters_r) >= 0.7"
    " OR family_l = family_r AND jaro_winkler_similarity(given_letters_l, given_letters_r) >= 0.8)"
)
# One of them gave one name alone, family name or given name, and the other has it.
ONE_NAME = (
    "(given_l IS NULL OR given_r IS NULL) AND (family_l = family_r OR given_l IS NULL AND family_l = given_r"
    " OR given_r IS NULL AND family_r = given_l)"
)
TURNED = (
    "left(birth_l, 4) = left(birth_r, 4) AND substr(birth_l, 5, 2) = right(birth_r, 2)"
    " AND right(birth_l, 2) = substr(birth_r, 5, 2)"
)

UNKNOWN_PLACE = f"({_both('address')}) AND ({_both('postcode')}) AND ({_both('place')})"

COMPARISONS = (
    Comparison("name", "name", "name_l IS NULL OR name_r IS NULL OR hangul_l <> hangul_r", (
        Level(_same("name"), 0.78, 0.0008, How.SAME, "name"),
        Level(CLOSE_NAME, 0.11, 0.002, How.CLOSE),
        Level(ONE_NAME, 0.02, 0.002, How.PART, "family"),
        Level(CLOSE_GIVEN, 0.04, 0.012, How.PART),
        Level(_same("given"), 0.02, 0.004, How.PART, "given"),
        Level(_same("family"), 0.02, 0.07, How.PART, "family"),
        Level("", 0.01, 0.909, How.OTHER),
    )),
    Comparison("birth_date", "birth", _both("birth"), (
        Level(_same("birth"), 0.88, 0.00008, How.SAME),
        Level(f"hamming(birth_l, birth_r) <= 1 OR {TURNED}", 0.07, 0.0022, How.CLOSE),
        Level("hamming(birth_l, birth_r) <= 2", 0.02, 0.03, How.PART),
        Level("", 0.03, 0.9677, How.OTHER),
    )),
    Comparison("phone", "phone", _both("phone"), (
        Level(_same("phone"), 0.62, 0.00001, How.SAME, "phone"),
        Level(_crossed("phone"), 0.06, 0.00001, How.SAME),
        Level(_digits_off("phone", 1), 0.04, 0.000002, How.CLOSE),
        Level("", 0.28, 0.99998, How.OTHER),
    )),
    Comparison("email", "email", _both("email"), (
        Level(_same("email"), 0.6, 0.000005, How.SAME, "email"),
        Level(_crossed("email"), 0.05, 0.000005, How.SAME),
        Level(_same("mailbox"), 0.06, 0.0001, How.PART, "mailbox"),
        Level("jaro_winkler_similarity(mailbox_l, mailbox_r) >= 0.94", 0.05, 0.0004, How.CLOSE),
        Level("jaro_winkler_similarity(mailbox_l, mailbox_r) >= 0.88", 0.03, 0.003, How.CLOSE),
        Level("", 0.21, 0.9965, How.OTHER),
    )),
    Comparison("where", "coalesce(address, postcode, place)", UNKNOWN_PLACE, (
        Level(_same("address"), 0.5, 0.00002, How.SAME, "address"),
        Level(f"{SAME_HOUSE} AND jaro_winkler_similarity(street_l, street_r) >= 0.85", 0.12, 0.0001, How.CLOSE),
        Level(f"(jaro_winkler_similarity(street_l, street_r) >= 0.92 OR {SAME_HOUSE}) AND {NEARBY}",
              0.1, 0.0008, How.PART),
        Level("postcode_l = postcode_r AND (place_l = place_r OR place_l IS NULL OR place_r IS NULL)",
              0.06, 0.001, How.PART, "postcode"),
        Level(_same("place"), 0.08, 0.02, How.PART, "place"),
        Level(f"{_digits_off('postcode', 1)} OR jaro_winkler_similarity(place_l, place_r) >= 0.92",
              0.03, 0.02, How.CLOSE),
        Level("", 0.11, 0.95808, How.OTHER),
    )),
    Comparison("gender", "gender", _both("gender"), (
        Level(_same("gender"), 0.985, 0.5, How.SAME),
        Level("", 0.015, 0.5, How.OTHER),
    )),
    Comparison("occupation", "occupation", _both("occupation"), (
        Level(_same("occupation"), 0.6, 0.06, How.SAME, "occupation"),
        Level("jaro_winkler_similarity(occupation_l, occupation_r) >= 0.9", 0.1, 0.02, How.CLOSE),
        Level("", 0.3, 0.92, How.OTHER),
    )),
)  # fmt: skip

# Column → how common one of its values is, before any data are seen.
RARITIES = {
    level.rarity: max(other.u for one in COMPARISONS for other in one.levels if other.rarity == level.rarity)
    for one in COMPARISONS
    for level in one.levels
    if level.rarity
}


def settings(weights: dict[str, list[tuple[float, float]]], *, prior: float) -> dict[str, Any]:
    """The comparisons as Splink reads them, with (m, u) of each level."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": prior,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "blocking_rules_to_generate_predictions": [],
        "comparisons": [_comparison(one, weights[one.name]) for one in COMPARISONS],
    }


def priors() -> dict[str, list[tuple[float, float]]]:
    """What each level weighs before any data are seen."""
    return {one.name: [(level.m, level.u) for level in one.levels] for one in COMPARISONS}


def agreements() -> dict[str, str]:
    """How two rows agree, compared thing by thing, as SQL over the rows `l` and `r`; null where one says nothing."""
    told = {one.name: _how(one.unknown, [(level.sql, level.how) for level in one.levels]) for one in COMPARISONS}
    del told["where"]
    told["place"] = _how(f"({_both('postcode')}) AND ({_both('place')})", [
        ("coalesce(postcode_l = postcode_r, true) AND coalesce(place_l = place_r, true)", How.SAME),
        ("postcode_l = postcode_r OR place_l = place_r", How.PART),
        (f"{_digits_off('postcode', 1)} OR jaro_winkler_similarity(place_l, place_r) >= 0.92", How.CLOSE),
        ("", How.OTHER),
    ])  # fmt: skip
    told["address"] = _how(_both("address"), [
        (_same("address"), How.SAME),
        (f"{SAME_HOUSE} AND jaro_winkler_similarity(street_l, street_r) >= 0.85", How.CLOSE),
        (f"jaro_winkler_similarity(street_l, street_r) >= 0.92 OR {SAME_HOUSE}", How.PART),
        ("", How.OTHER),
    ])  # fmt: skip
    return told


def over_rows(sql: str) -> str:
    """Conditions in Splink's way (name_l = name_r) as conditions over the rows `l` and `r`."""
    return re.sub(r"\b([a-z][a-z_0-9]*)_([lr])\b", r"\2.\1", sql)


def _how(unknown: str, levels: list[tuple[str, How]]) -> str:
    cases = [f"WHEN {over_rows(sql)} THEN '{how}'" if sql else f"ELSE '{how}'" for sql, how in levels]
    return f"CASE WHEN {over_rows(unknown)} THEN NULL {' '.join(cases)} END"


def _comparison(one: Comparison, weights: list[tuple[float, float]]) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": one.unknown, "label_for_charts": "unknown", "is_null_level": True}
    ]
    for level, (m, u) in zip(one.levels, weights, strict=True):
        told: dict[str, Any] = {
            "sql_condition": level.sql or "ELSE", "label_for_charts": level.sql or "other",
            "m_probability": m, "u_probability": u,
        }  # fmt: skip
        if level.rarity:
            told |= {"tf_adjustment_column": level.rarity, "disable_tf_exact_match_detection": True}
        levels.append(told)
    return {"output_column_name": one.name, "comparison_levels": levels}
