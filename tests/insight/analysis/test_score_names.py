"""Every score of a person has a name a person can read, for the copy of their data."""

import re
from pathlib import Path

from dangol.insight.analysis.contracts.names import COMMITMENT, STAYS
from dangol.insight.analysis.groups.names import CELL
from dangol.insight.analysis.groups.words import LONG_STANDING
from dangol.insight.analysis.leaving.names import AT_STAKE, CHANCE, LEAF, REASONS, fact_name, reason_name
from dangol.insight.analysis.rhythm.names import SCORE
from dangol.insight.relationship.core import names as core
from dangol.insight.warehouse.rfm import SCORED
from dangol.records.rights.codes import WORKED_OUT

INSIGHT = Path(__file__).resolve().parents[3] / "src/dangol/insight"
CORE = {*core.NAMES, core.MET, core.SET, core.CONTRIBUTION, core.REVENUE_YEAR, core.TENTH, core.MONTHS, core.HEARD}
BY_NAME = {SCORE, CELL, *SCORED, *CORE, LONG_STANDING, CHANCE, AT_STAKE, LEAF, *STAYS.values(), COMMITMENT}
REASONED = {name(place) for name in (reason_name, fact_name) for place in range(1, REASONS + 1)}


def test_every_score_that_is_written_is_named() -> None:
    rooms = (INSIGHT / "analysis", INSIGHT / "relationship")
    sources = [path.read_text(encoding="utf-8") for room in rooms for path in room.rglob("*.py")]
    written = {name for source in sources for name in re.findall(r"\bColumn\(\s*\"(\w+)\"", source)}
    assert {"region", "standing", "group"} <= written
    assert (written | BY_NAME | REASONED) - set(WORKED_OUT) == set()
