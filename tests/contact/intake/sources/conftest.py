"""Both businesses, read once for all tests."""

import pyarrow as pa
import pytest

from dangol.contact.intake.feeds import Feed
from dangol.contact.intake.sources import SENT, source_named
from dangol.contact.intake.sources.dairy import Dairy
from dangol.contact.intake.sources.retail import MissingPackage, Retail, package


@pytest.fixture(scope="session")
def dairy() -> Dairy:
    source = source_named("dairy")
    assert isinstance(source, Dairy)
    return source


@pytest.fixture(scope="session")
def history(dairy: Dairy) -> dict[str, pa.Table]:
    """The dairy's feeds until its first campaign is planned."""
    return by_kind(list(dairy.feeds(until=dairy.opens_at)))


@pytest.fixture(scope="session")
def quiet_weeks(dairy: Dairy) -> dict[str, pa.Table]:
    """The eight weeks after, with no message sent."""
    return by_kind(list(dairy.following(since=dairy.opens_at, until=dairy.closes_at, sent=SENT.empty_table())))


@pytest.fixture(scope="session")
def retail() -> Retail:
    try:
        package.folder()
    except MissingPackage as missing:
        pytest.skip(str(missing))
    return Retail()


@pytest.fixture(scope="session")
def year(retail: Retail) -> dict[str, pa.Table]:
    """The real shop's whole year."""
    return by_kind(list(retail.feeds(until=retail.closes_at)))


def by_kind(feeds: list[Feed]) -> dict[str, pa.Table]:
    kinds = [feed.kind for feed in feeds]
    assert len(set(kinds)) == len(kinds)
    return {feed.kind: feed.table for feed in feeds}
