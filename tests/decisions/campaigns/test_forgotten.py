"""People who were forgotten, or object to being chosen by a program, in campaigns and their effects."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dangol.decisions.campaigns.actions import launch, measure, plan
from dangol.decisions.campaigns.effects import assigned, forgotten
from dangol.decisions.campaigns.explained import offers_explained, selections_explained
from dangol.decisions.campaigns.models import Campaign
from dangol.decisions.campaigns.queries import preview, why
from dangol.decisions.segments.queries import select
from dangol.insight.analysis.models import Effect
from dangol.insight.warehouse.refresh import refresh
from dangol.records.customers.models import Customer
from dangol.records.customers.parties import take_role
from dangol.records.ledger.models import Assignment
from dangol.records.permission.actions import withdraw_consent
from dangol.records.rights.erasure import erase
from dangol.records.staff.roles import Role
from tests.decisions.campaigns.test_measure import bought, launched
from tests.people import AT, SMS, offer, people, valued
from tests.records.staff.office import staff

pytestmark = [pytest.mark.django_db, pytest.mark.store]
END = AT + timedelta(weeks=8)


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
    settings.DANGOL_LAKE = tmp_path / "lake"


def planned(**changed: Any) -> Campaign:
    """A campaign to region II that was not launched."""
    offer()
    asked: dict[str, Any] = {
        "name": "Autumn gift", "rule": {"region": ["II"]}, "offer_code": "gift", "channel": SMS, "subject": "",
        "body": "{{name}}", "holdout_share": 0.3, "weeks": 8, "estimator": "raw", "by": None, "at": AT,
    }  # fmt: skip
    return plan(**asked | changed)


class TestEffect:
    def test_leaves_forgotten_people_out_of_both_arms_and_says_how_many(self) -> None:
        campaign = launched(60)
        rows = list(Assignment.objects.select_related("identity").order_by("id"))
        for row in rows:
            bought(row.identity, 10_000, AT + timedelta(days=20))
        gone = [next(row for row in rows if row.arm == arm) for arm in ("treated", "held_out")]
        for row in gone:
            erase(row.identity.customer_id, reason="test", by=None, at=AT)
        refresh(at=END, rebuild=True)
        run = measure(campaign, as_of=END, at=END)
        assert len(assigned(campaign.source_ref)) == 58 and forgotten(campaign.source_ref) == 2
        assert run.summary["forgotten"] == 2
        for effect in Effect.objects.filter(run=run):
            # Counted as zero they would have pulled the means down.
            assert effect.treated + effect.held_out == 58
            assert effect.mean_treated == effect.mean_held_out == pytest.approx(10_000)


class TestSelection:
    def test_reaches_nobody_who_was_forgotten(self) -> None:
        first, *_others = people(30)
        erase(first.pk, reason="test", by=None, at=AT)
        assert select({}, run=None).count() == 29

    def test_passes_over_those_who_object_and_tells_why(self) -> None:
        who, *others = people(30)
        run = valued([who, *others])
        withdraw_consent(who, purpose="automated", by=None, at=AT)
        found = preview({"region": ["II"]}, run=run, channel=SMS, at=AT, holdout_share=0.3, weeks=8)
        assert (found.may_send, found.withheld) == (29, {"objected": 1})
        launch(planned(), channel=SMS, by=None, at=AT)
        assert not Assignment.objects.filter(identity__customer=who).exists()
        assert [one.code for one in why(who.pk)] == ["objected"]

    def test_passes_over_those_who_work_for_the_business_and_tells_why(self) -> None:
        who, both, *others = people(30)
        run = valued([who, both, *others])
        owner = staff(Role.OWNER)
        for person, kind in ((who, "dealer"), (both, "dealer"), (both, "consumer")):
            take_role(person, kind, since=AT.date(), by=owner, at=AT)
        found = preview({"region": ["II"]}, run=run, channel=SMS, at=AT, holdout_share=0.3, weeks=8)
        assert (found.may_send, found.withheld) == (29, {"helper": 1})
        launch(planned(), channel=SMS, by=None, at=AT)
        assert set(Customer.objects.exclude(identities__assignments__isnull=False)) == {who}
        assert [one.code for one in why(who.pk)] == ["helper"]


class TestExplained:
    def test_tells_result_data_influence_and_offer(self) -> None:
        launched(40)
        treated = Assignment.objects.filter(arm="treated").select_related("identity")[0].identity.customer_id
        held = Assignment.objects.filter(arm="held_out").select_related("identity")[0].identity.customer_id
        for customer in (treated, held):
            told = selections_explained(customer)[0]
            assert told.result and told.data and len(told.influence) == 2 and told.rule
            assert told.subject.startswith("campaign:")
        assert selections_explained(held)[0].result != selections_explained(treated)[0].result
        assert offers_explained(held) == []
        assert Customer.objects.filter(pk=treated).exists()
