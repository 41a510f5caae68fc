"""A small dairy of the proof, made once."""

import pytest

from dangol.contact.intake.sources.dairy.proof.counted import Counted, counted
from dangol.contact.intake.sources.dairy.proof.drifting import Drifting, drifting
from dangol.contact.intake.sources.dairy.proof.oracle import Posterior, posterior
from dangol.contact.intake.sources.dairy.proof.true import Truth, truth

POSSIBLE = 3_000


@pytest.fixture(scope="session")
def drifted() -> Drifting:
    return drifting(5, customers=1_000)


@pytest.fixture(scope="session")
def seen(drifted: Drifting) -> Counted:
    return counted(drifted.of, drifted.feeds(until=drifted.opens_at))


@pytest.fixture(scope="session")
def true(drifted: Drifting, seen: Counted) -> Truth:
    return truth(drifted, seen)


@pytest.fixture(scope="session")
def thought(drifted: Drifting, seen: Counted, true: Truth) -> Posterior:
    return posterior(drifted, seen, true.who, possible=POSSIBLE)
