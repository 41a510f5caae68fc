"""A programme without a channel is carried out by people: who is held out, whose the tasks are, and who is followed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from dangol.decisions.care.models import CarePlan, CareTask
from dangol.decisions.care.planning import CannotCare, left_to_do
from dangol.decisions.care.queries import by_mark, drawn_for, plans
from dangol.insight.analysis.models import Score
from dangol.insight.relationship.models import Followed
from dangol.records.customers.models import Customer
from dangol.records.customers.parties import take_role
from dangol.records.ledger.arms import arm_of
from dangol.records.ledger.models import Assignment, Withholding
from dangol.records.permission.models import Consent
from dangol.records.staff.models import Unit, User
from tests.decisions.care.tended import TODAY, planned, position_again, recommended, somebody
from tests.people import AT, ON_PAPER

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with override("en"):
        yield


def whose(arm: str) -> set[int]:
    return set(Assignment.objects.filter(arm=arm).values_list("identity__customer", flat=True))


@pytest.mark.store
def test_draws_by_name_and_person_gives_the_treated_a_task_and_follows_both_arms() -> None:
    recommended()
    made = planned()
    for one in Assignment.objects.select_related("identity"):
        key = f"{one.identity.source}:{one.identity.external_id}"
        assert one.arm == arm_of(key, salt=made.name, holdout_share=0.4)
        assert one.source_ref == f"care:{made.pk}"
    treated, held = whose("treated"), whose("held_out")
    assert len(treated) + len(held) == 30 and treated and held
    assert set(CareTask.objects.values_list("identity__customer", flat=True)) == treated
    assert CareTask.objects.filter(steps__kind="given", owner=somebody(), state="open").count() == len(treated)
    followed = Followed.objects.filter(takeover__source_ref=made.source_ref, programme="personal_care")
    assert set(followed.filter(treated=True).values_list("customer", flat=True)) == treated
    assert set(followed.filter(treated=False).values_list("customer", flat=True)) == held
    assert by_mark(["campaign:1", made.source_ref, "care:x"]) == {made.source_ref: made}
    (standing,) = plans()
    assert (standing.tasks, standing.open, standing.held_out) == (len(treated), len(treated), len(held))
    assert [plan for plan, _drawn in drawn_for(min(held))] == [made]


def test_begins_with_whom_it_brings_most_and_goes_on_with_the_others() -> None:
    run = recommended()
    rows = Score.objects.filter(run=run, name="programme", text="personal_care")
    for place, row in enumerate(rows.order_by("pk")):
        row.value = float(place)
        row.save()
    best = list(rows.order_by("-value").values_list("customer", flat=True))
    planned(count=12)
    assert whose("treated") | whose("held_out") == set(best[:12])
    left = left_to_do("personal_care", on=TODAY)
    assert left is not None and left.due == best[12:]


def test_whoever_is_cared_for_already_is_not_drawn_again_when_the_same_is_recommended_anew() -> None:
    recommended()
    first = planned(count=12)
    under_way, late = whose("treated") | whose("held_out"), set(whose("treated"))
    position_again()
    left = left_to_do("personal_care", on=TODAY)
    assert left is not None and not set(left.due) & under_way
    done = min(late)
    CareTask.objects.filter(identity__customer=done).update(state="done")
    after = left_to_do("personal_care", on=first.due_on + timedelta(days=1))
    assert after is not None and set(after.due) & under_way == whose("held_out") | {done}


def test_leaves_out_who_objects_and_who_helps_the_business_and_says_why() -> None:
    recommended()
    left = left_to_do("personal_care", on=TODAY)
    assert left is not None
    objects, helps = left.due[0], left.due[1]
    Consent.objects.create(customer_id=objects, purpose="automated", granted=False, answered_at=AT, **ON_PAPER)
    helper = Customer.objects.get(pk=helps)
    take_role(helper, "dealer", since=TODAY, by=somebody(), at=AT)
    planned(count=28)
    assert not {objects, helps} & (whose("treated") | whose("held_out"))
    reasons = dict(Withholding.objects.values_list("identity__customer", "reason"))
    assert reasons == {objects: "objected", helps: "helper"}


def test_shares_the_work_out_evenly_among_those_who_see_the_customers() -> None:
    recommended()
    head, shop = (
        Unit.objects.create(code=code, name=code, kind=kind) for code, kind in (("H", "head_office"), ("S", "shop"))
    )
    customers = list(Customer.objects.order_by("pk").values_list("pk", flat=True))
    Customer.objects.filter(pk__in=customers[:20]).update(unit=shop)
    wide = somebody("wide", User.Role.AGENT, unit=head)
    narrow = somebody("narrow", User.Role.AGENT, unit=shop)
    with pytest.raises(CannotCare, match="nobody you chose sees"):
        planned(narrow)
    assert not CarePlan.objects.exists() and not Assignment.objects.exists()
    planned(wide, narrow)
    shares = Counter(CareTask.objects.values_list("owner__username", flat=True))
    assert shares["narrow"] and shares["wide"]
    narrows = CareTask.objects.filter(owner=narrow).values_list("identity__customer", flat=True)
    assert set(narrows) <= set(customers[:20])


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"programme": "coupon"}, "a channel sends it"), ({"programme": "nothing"}, "not recommended"),
    ({"count": 31}, "between 1 and 30"), ({"holdout_share": 0.0}, "holdout"), ({"name": " "}, "name"),
    ({"due_on": TODAY - timedelta(days=1)}, "today or later"), ({"owners": []}, "who does it"),
    ({"cost": -1}, "gift"), ({"kind": "dance"}, "what is done"),
)  # fmt: skip


def test_refuses_aloud_what_cannot_be() -> None:
    recommended()
    for told, why in REFUSED:
        with pytest.raises(CannotCare, match=why):
            planned(**{"owners": [somebody()]} | told)
    assert not CarePlan.objects.exists()
    marketer = somebody("marketer", User.Role.MARKETER)
    with pytest.raises(CannotCare, match="who does it"):
        planned(marketer)
    planned(count=10)
    with pytest.raises(CannotCare, match="already"):
        planned(count=10)
