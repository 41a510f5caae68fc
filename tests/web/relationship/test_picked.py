"""What is picked on the map of very many: told from what is kept at hand, it is what the store says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.decisions.segments.queries import how_many, mostly_in, part_of
from dangol.insight.analysis.models import Run, Score
from dangol.insight.relationship import lasso, places
from dangol.insight.relationship.models import Parts
from dangol.insight.relationship.stages.models import Step, Track
from dangol.records.customers import selecting
from dangol.records.customers.at_hand import AT_HAND
from dangol.records.customers.columns import Asked
from dangol.records.customers.merging import merge, unmerge
from dangol.records.customers.models import Customer
from dangol.records.permission.actions import withdraw_consent
from dangol.records.rights.erasure import erase
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from dangol.web.campaigns.choice import Choice
from dangol.web.relationship import picked, views
from tests.stores import tried
from tests.web.api.shop import key, send
from tests.web.business import NOW, business, signed_in

pytestmark = pytest.mark.django_db

EN = {"Accept-Language": "en"}
REGIONS = ("I", "II", "III", "unknown")
GRID = st.integers(0, 20).map(lambda step: step * 5.0)  # people stand on it, too: borders meet them
SPOTS = st.tuples(GRID, GRID)
CHOICES = st.builds(
    lambda regions, lines, ce, cv, outline: Choice(
        regions=tuple(regions), lines=tuple(lines), ce=tuple(sorted(ce)), cv=tuple(sorted(cv)), lasso=tuple(outline)
    ),
    st.sets(st.sampled_from(REGIONS)), st.sets(st.sampled_from(("west", "east", "nowhere")), max_size=2),
    st.one_of(st.just((0.0, 100.0)), SPOTS), st.one_of(st.just((0.0, 100.0)), SPOTS),
    st.one_of(st.just([]), st.lists(SPOTS, min_size=3, max_size=9)),
)  # fmt: skip
FIXED = [
    Choice.read(QueryDict(query))
    for query in (
        "region=I&region=II&region=III&region=unknown", "ce_low=50&cv_high=50", "line=west&region=I",
        "lasso=20~20_80~20_60~50_80~80_20~80_40~50", "stage=expansion&cv_low=5&cv_high=60", "cycle=keep",
    )
]  # fmt: skip


def valued(people: list[Customer], seed: int) -> Run:
    """A finished run of them, most of them on the grid; one in six is not placed, the last is not in it at all."""
    chance = np.random.default_rng(seed)
    run = Run.objects.create(
        kind="relationship", as_of=NOW, started_at=NOW, finished_at=NOW,
        summary={"equity_parameter_sd": {"": 1e5}, "equity_total": {"value": 4e8}},
    )  # fmt: skip
    for person in people[:-1]:
        company, customer = (chance.integers(0, 21, 2) * 5.0).tolist()
        money, known = company * 10_000.5, chance.random() > 1 / 6
        region = ("I" if customer > company else "II" if customer < company else "III") if known else "unknown"
        rows: list[Any] = [("customer_equity", company, "")]
        rows += [("region", customer - company if known else None, region)]
        rows += [("customer_value", customer, "")] if known else []
        Score.objects.bulk_create(
            Score(run=run, customer=person, name=name, value=value, text=text, provenance="estimated")
            for name, value, text in rows
        )  # fmt: skip
        Parts.objects.create(
            run=run, customer=person, equity=money, equity_low=money * 0.8, equity_high=money * 1.2
        )  # fmt: skip
    return run


@pytest.fixture
def crowd() -> Iterator[list[Customer]]:
    lines = ("west", "east", "")
    people = [
        Customer.objects.create(full_name=f"Nr {number}", registered_at=NOW, line=lines[number % 3])
        for number in range(48)
    ]
    valued(people, 5)
    Run.objects.create(kind="stages", as_of=NOW, started_at=NOW, finished_at=NOW)
    for person in people[::2]:
        stage = "expansion" if person.pk % 4 else "commitment"
        Step.objects.create(customer=person, track=Track.STAGE, state=stage, since=NOW.date())
    AT_HAND.clear()
    yield people
    AT_HAND.clear()


def told(choice: Choice, *, large: bool) -> dict[str, Any]:
    """What is told of a choice, by arrays or by the store."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(selecting, "LARGE", 0 if large else 10**9)
        run = Run.objects.filter(kind="relationship").latest("pk")
        by_arrays = places.counted(part_of(choice.rule, run=run), run, Asked(NOW), farthest=1) is not None
        assert by_arrays == large
        found = picked.picked(choice, run=run, at=NOW)
        of_segment = how_many(choice.rule, run=run, at=NOW), mostly_in(choice.rule, run=run, at=NOW)
    return {
        "segment": of_segment, "customers": found.customers, "regions": found.regions,
        "farthest": [one.id for one in found.farthest],
        "means": [found.customer_value, found.customer_equity],
        "equity": [found.equity.value, found.equity.low, found.equity.high],
    }  # fmt: skip


def as_told(found: dict[str, Any]) -> dict[str, Any]:
    """The same, but for what adding up in another order leaves."""
    return found | {
        name: [None if one is None else pytest.approx(one, rel=1e-9, abs=1e-4) for one in found[name]]
        for name in ("means", "equity")
    }


@pytest.mark.store
class TestAtHand:
    def test_says_what_the_store_says_of_any_part_of_the_map(self, crowd: list[Customer]) -> None:
        @settings(max_examples=tried(25), deadline=None)
        @given(CHOICES)
        def same(choice: Choice) -> None:
            assert told(choice, large=True) == as_told(told(choice, large=False))

        same()

    def test_says_so_after_whatever_happens_to_people(
        self, crowd: list[Customer], settings: Any, tmp_path: Path
    ) -> None:
        settings.DANGOL_KEYS = tmp_path / "keys.json"
        seen: list[dict[str, Any]] = []

        def look(*, changed: bool = True) -> None:
            for choice in FIXED:
                by_arrays = told(choice, large=True)
                assert by_arrays == as_told(told(choice, large=False))
                if choice == FIXED[0]:
                    assert (by_arrays not in seen) == changed
                    seen.append(by_arrays)

        look()
        erase(crowd[0].pk, reason="test", by=None, at=NOW)
        look()
        made = merge(crowd[1], [crowd[2]], by=None, at=NOW)
        look()
        unmerge(made, by=None, at=NOW)
        look(changed=False)
        withdraw_consent(crowd[3], purpose="automated", by=None, at=NOW)
        look(changed=False)
        valued(list(Customer.objects.known()), 6)
        look()


class TestShape:
    @settings(max_examples=60, deadline=None)
    @given(st.lists(SPOTS, min_size=3, max_size=9))
    def test_holds_a_spot_as_a_way_down_from_it_tells(self, outline: list[tuple[float, float]]) -> None:
        x, y = (one.ravel().astype(float) for one in np.mgrid[1:100:7, 2:100:7])
        told = lasso.holds(tuple(outline), np.append(x, np.nan), np.append(y, 50.0))
        sides, edge = lasso.sides(tuple(outline)), max(corner[0] for corner in outline)

        def ends(side: lasso.Side) -> float:
            return np.inf if side.last == edge else side.last  # the outermost border belongs to the shape

        wanted = [
            sum(one.first <= a < ends(one) and b > one.slope * a + one.height for one in sides) % 2 == 1
            for a, b in zip(x, y, strict=True)
        ]
        low, high = (end(corner[1] for corner in outline) for end in (min, max))
        inside = (y >= low) & (y <= high) & (x <= edge)
        assert told[:-1].tolist() == (np.array(wanted) & inside).tolist()
        assert not told[-1]


class TestPage:
    @pytest.fixture(autouse=True)
    def _large(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setattr(selecting, "LARGE", 0)
        AT_HAND.clear()
        yield
        AT_HAND.clear()

    def test_shows_how_many_are_picked_and_asks_whom_a_message_may_reach(self, client: Client) -> None:
        business()
        page = signed_in(client).get("/map/?region=II&channel=shown_sms", headers=EN).content.decode()
        assert "2 picked" in page
        assert "can be sent to now" not in page
        address = "/map/sendable/?region=II&channel=shown_sms"
        assert f'hx-get="{address.replace("&", "&amp;")}"' in page
        part = client.get(address, headers={**EN, "HX-Request": "true"}).content.decode()
        assert "2 picked, 1 can be sent to now" in part
        assert "Does not agree to advertising 1" in part
        told = json.loads(
            send("GET", "/map/picked", key(User.objects.get(role=Role.OWNER)), channel="shown_sms", region="II").content
        )
        assert (told["customers"], told["may_send"], told["withheld"]) == (2, 1, {"consent_refused": 1})

    def test_reads_what_a_pick_needs_before_anybody_has_drawn(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        business()
        read: list[str] = []
        monkeypatch.setattr(views, "start_warming", lambda: read.append("read"))
        signed_in(client).get("/map/", headers=EN)
        assert read == ["read"]
        client.get("/map/?region=II", headers=EN)
        client.get("/map/", headers=EN)
        assert read == ["read"]
        Run.objects.filter(kind="relationship").update(finished_at=None)
        run = Run.objects.get()
        Run.objects.create(
            kind="relationship", as_of=NOW, started_at=NOW, finished_at=NOW, summary=run.summary,
            parameters=run.parameters,
        )  # fmt: skip
        client.get("/map/", headers=EN)
        assert read == ["read", "read"]
