"""What is found of a full shop: looked at once, and read by every test of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from django.conf import settings as django_settings
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from dangol.insight.relationship.models import Reference
from dangol.insight.relationship.validity.actions import ask_validity
from dangol.insight.relationship.validity.queries import Validity, last_validity, validity_of
from dangol.insight.warehouse.refresh import refresh
from tests.insight.relationship.world import SETTINGS, TODAY, Shop, full_shop
from tests.once import put_back_afterwards

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Looked:
    """The shop, what was found of it, and what was told while it was worked out."""

    shop: Shop
    found: Validity
    told: list[tuple[str, int, int]]


@pytest.fixture(scope="module")
def looked(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Looked]:
    home = replace(django_settings.DANGOL, time_zone="Asia/Seoul", currency="KRW")
    lake = tmp_path_factory.mktemp("full") / "lake"
    told: list[tuple[str, int, int]] = []
    with django_db_blocker.unblock(), override_settings(DANGOL_LAKE=lake, DANGOL=home), put_back_afterwards():
        shop = full_shop()
        refresh(at=TODAY)
        run = ask_validity(
            settings=SETTINGS, as_of=TODAY, at=TODAY, by=None,
            progress=lambda stage, done, total: told.append((stage, done, total)),
        )  # fmt: skip
        yield Looked(shop, validity_of(run), told)


def test_tells_all_three_and_is_read_again_as_it_was_found(looked: Looked) -> None:
    found = looked.found
    assert last_validity() == found
    assert (found.weeks, found.run.kind) == (13, "validity")
    assert [one.times for one in found.foretold.rules] == [3.0, 4.0, 5.0]
    assert len(found.stability.pairs) == 5
    assert found.sensitivity is not None
    assert found.sensitivity.parts == ("economic_value", "social_value", "relationship_cost")
    json.dumps(found.run.summary, allow_nan=False)


def test_counts_everybody_of_the_cut_off_once(looked: Looked) -> None:
    found = looked.found.foretold
    watched = found.rule.hazards.among
    assert found.customers == 240
    assert found.unplaced + found.strangers + found.gone + found.slow + watched == 240
    assert found.rule.back <= found.rule.hazards.left


def test_tells_how_far_it_is(looked: Looked) -> None:
    told = looked.told
    assert told[0] == ("validity", 0, 9)
    assert told[-1] == ("validity", 9, 9)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


def test_ranks_on_scales_of_the_cut_off_itself(looked: Looked) -> None:
    looked.shop.valued()
    assert Reference.objects.exists()
    again = ask_validity(settings=SETTINGS, as_of=TODAY, at=TODAY, by=None)
    assert validity_of(again).foretold == looked.found.foretold
