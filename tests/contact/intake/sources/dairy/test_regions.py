"""From observed data alone the club gets more than it gives, home delivery gives more than it gets."""

import pyarrow as pa
import pytest

from dangol.contact.intake.sources.dairy import Dairy
from tests.contact.intake.sources.dairy.valuation import values

TOLERANCE = 15


@pytest.mark.parametrize("when", ["opening", "closing"])
def test_the_club_is_in_region_one_and_home_delivery_in_region_two(
    dairy: Dairy, history: dict[str, pa.Table], quiet_weeks: dict[str, pa.Table], when: str
) -> None:
    at = dairy.opens_at if when == "opening" else dairy.closes_at
    later = quiet_weeks if when == "closing" else {}
    tables = {
        kind: pa.concat_tables([table, later[kind]] if kind in later else [table]).to_pandas()
        for kind, table in history.items()
    }
    valued = values(tables, at.replace(tzinfo=None))
    gap = (valued["cv"] - valued["ce"]).groupby(valued["line"]).mean()
    # Comfortably: twice as far from the line as a region asks for.
    assert gap["mothers_club"] > 2 * TOLERANCE - 5
    assert gap["home_delivery"] < -2 * TOLERANCE + 5
    assert valued["line"].value_counts().min() > 4_000  # most are active and can be valued
