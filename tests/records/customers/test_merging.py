"""Customers who are one person become one, and two again exactly as they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db.transaction import atomic, set_rollback
from django.utils import translation
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dangol.decisions.segments.models import Finding
from dangol.records.catalog.models import Topic
from dangol.records.customers import duties, merging
from dangol.records.customers.duties import Merging
from dangol.records.customers.merged import root_of, whole
from dangol.records.customers.merging import CannotMerge, CannotUnmerge, TwoPeople, merge, never_the_same, unmerge
from dangol.records.customers.models import (
    Belonging,
    ContactPoint,
    Customer,
    Household,
    Identity,
    Merge,
    NeverSame,
    Parked,
    PartnerSet,
    PartyRole,
    SearchCard,
)
from dangol.records.customers.search_index import index
from dangol.records.ledger.models import Transaction
from dangol.records.outbox.models import Message
from dangol.records.permission.models import Consent, FrequencyWish, Guardianship, Suppression, TopicChoice
from dangol.records.permission.queries import may_send
from dangol.records.rights.bundle import as_json, bundle
from dangol.records.rights.erasure import erase
from dangol.records.rights.models import Destruction
from dangol.records.staff.roles import Role
from tests.people import ON_PAPER, SMS, people
from tests.records.rights import whole_person
from tests.records.rights.whole_person import Filler, every_text
from tests.records.staff.office import office, staff

AT = datetime(2026, 11, 26, 3, tzinfo=UTC)
LATER = AT + timedelta(days=1)
BOOKKEEPING = {"customers.Merge", "customers.Absorbed", "changes.Change", "changes.Reading"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def home(settings: Any, tmp_path: Any) -> None:
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"


def records(*, but: set[str] = BOOKKEEPING) -> dict[str, Any]:
    """Every row of every table, but what is kept of merges themselves."""
    models = [one for one in apps.get_models() if one.__module__.startswith("dangol.") and one._meta.label not in but]
    return {one._meta.label: list(one._default_manager.order_by("pk").values()) for one in models}


def two(**about: Any) -> tuple[Customer, Customer]:
    first, second = people(2, **about)
    return first, second


class TestEveryTable:
    """A table tied to a person that merging does not handle fails here."""

    @pytest.mark.usefixtures("home")
    @pytest.mark.store
    def test_moves_and_comes_back_to_the_last_cell(self, monkeypatch: pytest.MonkeyPatch) -> None:
        kept = Filler().person().customer
        other_filler = Filler()
        other_filler.number = 500
        monkeypatch.setattr(whole_person, "AT", whole_person.AT - timedelta(hours=5))
        other_filler.rows["customers.SearchCard"] = SearchCard()
        for one_of_each in (PartnerSet, Finding):  # of their own: one set, one finding tells of one person once
            other_filler.row(one_of_each)
        other = other_filler.person()
        gone = other.customer
        Belonging.objects.all().delete()
        Parked.objects.all().delete()
        moving = [one for one in duties.TABLES.values() if one.merging is Merging.MOVES and one.owner != "pk"]
        theirs = {one.name: set(one.mine(gone.pk).values_list("pk", flat=True)) for one in moving}
        derived = {"customers.SearchCard", "customers.SearchTerm"}
        before = records(but=BOOKKEEPING | derived)

        made = merge(kept, [gone], by=None, at=AT)
        for table in moving:
            now = set(table.model._default_manager.filter(**{table.owner: kept.pk}).values_list("pk", flat=True))
            assert theirs[table.name] and theirs[table.name] <= now, f"{table.name} did not move"
        told = as_json(bundle(kept.pk, at=AT))
        untold = {place for text, place in other.secrets.items() if text not in told}
        assert {one for one in untold if one.split(".")[1] not in {"Household", "Belonging", "Parked"}} == set()

        unmerge(made, by=None, at=LATER)
        after = records(but=BOOKKEEPING | derived)
        assert {name for name in before if before[name] != after[name]} == set()

    @pytest.mark.usefixtures("home")
    def test_is_forgotten_with_the_person(self, monkeypatch: pytest.MonkeyPatch) -> None:
        kept, other_filler = Filler().person(), Filler()
        other_filler.number = 500
        other_filler.rows["customers.SearchCard"] = SearchCard()
        monkeypatch.setattr(whole_person, "AT", whole_person.AT - timedelta(hours=5))
        other = other_filler.person()
        Belonging.objects.all().delete()
        Parked.objects.all().delete()
        made = merge(kept.customer, [other.customer], by=None, at=AT)
        erase(kept.customer.pk, reason="test", by=None, at=AT)
        secrets = {**kept.secrets, **other.secrets}
        left = {(secrets[one], where) for where, text in every_text() for one in secrets if one in text}
        assert left == set()
        numbers = set(Destruction.objects.values_list("customer_number", flat=True))
        assert {kept.customer.pk, other.customer.pk} <= numbers
        with pytest.raises(CannotUnmerge, match="no longer there"):
            unmerge(made, by=None, at=AT)


class TestMerge:
    def test_moves_identities_and_leaves_a_row_that_nobody_finds(self) -> None:
        kept, gone = two()
        made = merge(kept, [gone], by=None, at=AT)
        assert set(kept.identities.values_list("external_id", flat=True)) == {"c000000", "c000001"}
        assert list(Customer.objects.known()) == [kept]
        assert (root_of(gone.pk), whole(kept.pk)) == (kept.pk, [kept.pk, gone.pk])
        assert not may_send(gone.pk, channel=SMS, kind="informational", at=AT).allowed
        assert [one.customer_id for one in made.absorbed.all()] == [gone.pk]

    def test_takes_what_was_chosen_and_fills_gaps(self) -> None:
        kept, gone = two()
        Customer.objects.filter(pk=kept.pk).update(attributes={"size": "L"})
        Customer.objects.filter(pk=gone.pk).update(
            full_name="다른 이름", birth_date=date(1990, 1, 2), attributes={"size": "M", "colour": "red"},
            registered_at=AT - timedelta(days=900),
        )  # fmt: skip
        made = merge(kept, [gone], by=None, at=AT, choices={"full_name": gone.pk, "mobile": gone.pk})
        now = Customer.objects.get(pk=kept.pk)
        assert (now.full_name, now.birth_date) == ("다른 이름", date(1990, 1, 2))
        assert now.attributes == {"size": "L", "colour": "red"}
        assert now.registered_at == AT - timedelta(days=900)
        assert [one.value for one in kept.contact_points.filter(valid_to=None)] == ["+821000000001"]
        unmerge(made, by=None, at=LATER)
        back = Customer.objects.get(pk=kept.pk)
        assert (back.full_name, back.birth_date, back.attributes) == (kept.full_name, None, {"size": "L"})
        assert kept.contact_points.filter(valid_to=None).count() == 1

    def test_keeps_both_numbers_where_none_was_chosen(self) -> None:
        kept, gone = two()
        merge(kept, [gone], by=None, at=AT)
        assert kept.contact_points.filter(valid_to=None).count() == 2

    def test_keeps_a_number_valid_that_only_the_other_still_had(self) -> None:
        kept, gone = two()
        ContactPoint.objects.filter(customer=kept).update(valid_to=AT)
        ContactPoint.objects.filter(customer=gone).update(value="+821000000000")
        made = merge(kept, [gone], by=None, at=AT)
        assert kept.contact_points.get().valid_to is None
        unmerge(made, by=None, at=LATER)
        assert (kept.contact_points.get().valid_to, gone.contact_points.get().valid_to) == (AT, None)

    def test_leaves_alone_what_was_corrected_since(self) -> None:
        kept, gone = two()
        Customer.objects.filter(pk=gone.pk).update(full_name="다른 이름")
        made = merge(kept, [gone], by=None, at=AT, choices={"full_name": gone.pk})
        Customer.objects.filter(pk=kept.pk).update(full_name="고친 이름")
        unmerge(made, by=None, at=LATER)
        assert Customer.objects.get(pk=kept.pk).full_name == "고친 이름"

    def test_tells_nothing_of_the_other_once_it_is_taken_back(self) -> None:
        kept, gone = two()
        Customer.objects.filter(pk=gone.pk).update(full_name="다른 이름", birth_date=date(1990, 1, 2))
        made = merge(kept, [gone], by=None, at=AT, choices={"full_name": gone.pk, "mobile": gone.pk})
        unmerge(made, by=None, at=LATER)
        assert Merge.objects.values("changes", "chosen", "made", "newest").get(pk=made.pk) == {
            "changes": {}, "chosen": {}, "made": [], "newest": {},
        }  # fmt: skip

    def test_keeps_an_occupation_and_a_district_that_only_the_other_has(self) -> None:
        kept, gone, third = people(3)
        Customer.objects.filter(pk=gone.pk).update(occupation="교사", place="서울 마포구")
        Customer.objects.filter(pk=third.pk).update(address="길 1", place="부산")
        merge(kept, [Customer.objects.get(pk=gone.pk)], by=None, at=AT)
        kept.refresh_from_db()
        assert (kept.occupation, kept.place) == ("교사", "서울 마포구")
        merge(third, [kept], by=None, at=AT, choices={"address": kept.pk})
        third.refresh_from_db()
        assert (third.address, third.place) == ("", "서울 마포구")

    def test_takes_medium_and_campaign_of_one_person(self) -> None:
        kept, gone = two()
        Customer.objects.filter(pk=kept.pk).update(source="web")
        Customer.objects.filter(pk=gone.pk).update(source="hospital", came_by="2026 맘스페어")
        kept, gone = Customer.objects.get(pk=kept.pk), Customer.objects.get(pk=gone.pk)
        merge(kept, [gone], by=None, at=AT)
        assert Customer.objects.values_list("source", "came_by").get(pk=kept.pk) == ("web", "")
        unmerge(Merge.objects.get(), by=None, at=AT)
        merge(kept, [gone], by=None, at=AT, choices={"source": gone.pk})
        assert Customer.objects.values_list("source", "came_by").get(pk=kept.pk) == ("hospital", "2026 맘스페어")

    @pytest.mark.usefixtures("home")
    def test_is_taken_back_from_whoever_stands_there_after_the_wait(self, monkeypatch: pytest.MonkeyPatch) -> None:
        top, kept, gone = people(3)
        made, waited = merge(kept, [gone], by=None, at=AT), merging.hold_off
        Consent.objects.create(customer=kept, purpose="marketing", granted=False, answered_at=LATER)

        def merged_meanwhile(customer_id: int) -> None:
            monkeypatch.setattr(merging, "hold_off", waited)
            merge(top, [kept], by=None, at=AT)
            waited(customer_id)

        monkeypatch.setattr(merging, "hold_off", merged_meanwhile)
        unmerge(made, by=None, at=LATER)
        assert (root_of(gone.pk), root_of(kept.pk)) == (gone.pk, top.pk)
        assert [gone.identities.count(), top.identities.count()] == [1, 2]
        assert not gone.consents.latest("answered_at").granted

    def test_asks_no_row_twice_for_one_customer(self, django_assert_max_num_queries: Any) -> None:
        kept, gone = two()
        with django_assert_max_num_queries(190):
            merge(kept, [gone], by=None, at=AT)


class TestMessages:
    def test_one_person_gets_one_message_of_a_campaign(self) -> None:
        kept, gone, third = people(3)
        for number, one in enumerate([kept, gone, third]):
            Message.objects.create(
                key=f"c:{number}", identity=one.identities.get(), source_ref="campaign:1", channel="sms", body="x",
                kind="advertising", enqueued_at=AT, handed_over_at=AT if one == third else None,
            )  # fmt: skip
        made = merge(kept, [gone], by=None, at=AT)
        assert dict(Message.objects.values_list("key", "withheld")) == {"c:0": "", "c:1": "merged", "c:2": ""}
        merge(third, [kept], by=None, at=AT)
        assert dict(Message.objects.values_list("key", "withheld")) == {"c:0": "merged", "c:1": "merged", "c:2": ""}
        unmerge(made, by=None, at=LATER)
        assert Message.objects.exclude(withheld="").count() == 2


class TestRefusals:
    def test_nobody_is_merged_who_was_said_to_be_another(self) -> None:
        kept, gone, third = people(3)
        merge(gone, [third], by=None, at=AT)
        said = NeverSame.objects.create(left=kept, right=third, at=AT)
        assert never_the_same([kept.pk, gone.pk]) == (kept.pk, gone.pk)
        with pytest.raises(TwoPeople, match="고객0"):
            merge(kept, [gone], by=None, at=AT)
        NeverSame.objects.filter(pk=said.pk).update(ended_at=AT)
        merge(kept, [gone], by=None, at=AT)

    def test_a_child_is_nobody_who_is_of_age(self) -> None:
        kept, gone = two()
        Customer.objects.filter(pk=kept.pk).update(birth_date=date(2020, 1, 1))
        Customer.objects.filter(pk=gone.pk).update(birth_date=date(1990, 1, 1))
        with pytest.raises(CannotMerge, match="child"):
            merge(kept, [gone], by=None, at=AT)

    def test_a_person_is_no_organisation(self) -> None:
        kept, gone = two()
        Customer.objects.filter(pk=gone.pk).update(kind="organisation")
        with pytest.raises(CannotMerge, match="organisation"):
            merge(kept, [gone], by=None, at=AT)

    def test_customers_of_two_units_take_somebody_who_sees_all(self) -> None:
        units, (kept, gone) = office(), two()
        Customer.objects.filter(pk=kept.pk).update(unit=units["D1"])
        Customer.objects.filter(pk=gone.pk).update(unit=units["D2"])
        with pytest.raises(CannotMerge, match="yours to see"):
            merge(kept, [gone], by=staff(Role.DEALER, "D1"), at=AT)
        with pytest.raises(CannotMerge, match="different units"):
            merge(kept, [gone], by=staff(Role.AGENT, "R1"), at=AT)
        made = merge(kept, [gone], by=staff(Role.OWNER), at=AT)
        with pytest.raises(CannotUnmerge, match="different units"):
            unmerge(made, by=staff(Role.AGENT, "R1"), at=AT)

    def test_a_merge_is_taken_back_once(self) -> None:
        kept, gone = two()
        made = merge(kept, [gone], by=None, at=AT)
        unmerge(made, by=None, at=AT)
        with pytest.raises(CannotUnmerge, match="already"):
            unmerge(made, by=None, at=AT)


class TestStrictest:
    @pytest.mark.parametrize("earlier", [True, False])
    @pytest.mark.usefixtures("home")
    def test_a_refusal_of_either_stands(self, earlier: bool) -> None:
        kept, gone = two()
        when = AT - timedelta(days=200 if earlier else 1)
        Consent.objects.create(customer=gone, purpose="marketing", granted=False, answered_at=when)
        Consent.objects.filter(customer=gone, granted=True).delete()
        made = merge(kept, [gone], by=None, at=AT)
        assert may_send(kept.pk, channel=SMS, kind="advertising", at=LATER).reason == "consent_refused"
        unmerge(made, by=None, at=LATER)
        assert may_send(kept.pk, channel=SMS, kind="advertising", at=LATER).allowed
        assert not may_send(gone.pk, channel=SMS, kind="advertising", at=LATER).allowed

    @pytest.mark.usefixtures("home")
    def test_what_was_refused_meanwhile_both_have_refused(self) -> None:
        kept, gone = two()
        made = merge(kept, [gone], by=None, at=AT)
        moment = AT + timedelta(hours=1)
        Consent.objects.create(customer=kept, purpose="marketing", granted=False, answered_at=moment)
        Suppression.objects.create(customer=kept, reason="asked", since=moment)
        unmerge(made, by=None, at=LATER)
        for one in (kept, gone):
            assert may_send(one.pk, channel=SMS, kind="advertising", at=LATER).reason == "suppressed"
            assert not one.consents.order_by("-answered_at").first().granted  # type: ignore[union-attr]

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    @pytest.mark.usefixtures("home")
    def test_a_refusal_that_a_later_merge_leans_on_outlives_the_first(self, order: tuple[int, int]) -> None:
        kept, first, second = people(3, consent=None)
        topic = Topic.objects.create(code="t", path="t", level=1, name_ko="가", name_en="t")
        for one, days, yes in ((first, 9, False), (kept, 8, True), (second, 10, False)):
            said: dict[str, Any] = {"customer": one, "answered_at": AT - timedelta(days=days)}
            Consent.objects.create(purpose="marketing", granted=yes, **ON_PAPER, **said)
            TopicChoice.objects.create(topic=topic, wanted=yes, how="web", **said)
            FrequencyWish.objects.create(per_month=9 if yes else 1, how="web", **said)
        index([kept.pk, first.pk, second.pk])
        before = records()
        made = [merge(kept, [one], by=None, at=AT) for one in (first, second)]
        unmerge(made[order[0]], by=None, at=LATER)
        assert not kept.consents.latest("answered_at").granted
        assert not TopicChoice.objects.filter(customer=kept).latest("answered_at").wanted
        assert FrequencyWish.objects.filter(customer=kept).latest("answered_at").per_month == 1
        unmerge(made[order[1]], by=None, at=LATER)
        assert {name for name, rows in records().items() if rows != before[name]} == set()

    @pytest.mark.usefixtures("home")
    def test_a_refusal_goes_up_with_whoever_goes_into_another(self) -> None:
        top, kept, gone = people(3, consent=None)
        for one, days, yes in ((gone, 9, False), (kept, 8, True), (top, 10, False)):
            Consent.objects.create(
                customer=one, purpose="marketing", granted=yes, answered_at=AT - timedelta(days=days), **ON_PAPER
            )
        first = merge(kept, [gone], by=None, at=AT)
        second = merge(top, [kept], by=None, at=AT)
        unmerge(first, by=None, at=LATER)
        assert not top.consents.latest("answered_at").granted
        unmerge(second, by=None, at=LATER)
        assert [one.consents.count() for one in (top, kept, gone)] == [1, 1, 1]

    @pytest.mark.parametrize("moment", [AT, AT - timedelta(days=1)])
    @pytest.mark.usefixtures("home")
    def test_whatever_was_refused_meanwhile_each_refuses_by_whatever_date(self, moment: datetime) -> None:
        kept, gone, third = people(3, birth_date=date(2020, 1, 1))
        topic = Topic.objects.create(code="t", path="t", level=1, name_ko="가", name_en="t")
        Consent.objects.create(customer=kept, purpose="night", granted=False, answered_at=moment)
        made = merge(kept, [gone], by=None, at=AT)
        said: dict[str, Any] = {"customer": kept, "answered_at": moment}
        Consent.objects.create(purpose="marketing", granted=False, **said)
        Guardianship.objects.create(granted=False, method="paper", evidence="1", **said)
        TopicChoice.objects.create(topic=topic, wanted=False, how="web", **said)
        FrequencyWish.objects.create(per_month=1, how="web", **said)
        Suppression.objects.create(customer=kept, reason="x", since=moment, until=LATER + timedelta(days=9))
        # What a third had said before they became one, too, is nobody's but theirs.
        Consent.objects.create(customer=third, purpose="night", granted=False, answered_at=moment)
        merge(third, [kept], by=None, at=AT)
        unmerge(made, by=None, at=LATER)
        assert [one.purpose for one in gone.consents.filter(granted=False)] == ["marketing"]
        for table in (Guardianship, TopicChoice, FrequencyWish, Suppression):
            assert table._default_manager.filter(customer=gone).count() == 1, table

    @pytest.mark.usefixtures("home")
    def test_a_copy_finds_a_moment_of_its_own(self) -> None:
        kept, gone = two(consent=None)
        for one in (kept, gone):
            Consent.objects.create(customer=one, purpose="marketing", granted=True, answered_at=AT, **ON_PAPER)
        made = merge(kept, [gone], by=None, at=AT)
        Consent.objects.filter(customer=kept).update(answered_at=AT - timedelta(days=1))
        Consent.objects.create(customer=kept, purpose="marketing", granted=False, answered_at=AT)
        unmerge(made, by=None, at=LATER)
        assert not gone.consents.latest("answered_at").granted

    @pytest.mark.usefixtures("home")
    def test_guardians_and_wishes_count_the_same_way(self) -> None:
        kept, gone = two(birth_date=date(2020, 1, 1))
        said = {"method": "paper", "evidence": "1"}
        Guardianship.objects.create(customer=gone, granted=False, answered_at=AT - timedelta(days=9), **said)
        Guardianship.objects.create(
            customer=kept, granted=True, answered_at=AT - timedelta(days=3), name_sealed="x", contact_sealed="y", **said
        )
        FrequencyWish.objects.create(customer=gone, per_month=1, answered_at=AT - timedelta(days=9), how="web")
        FrequencyWish.objects.create(customer=kept, per_month=8, answered_at=AT - timedelta(days=3), how="web")
        merge(kept, [gone], by=None, at=AT)
        assert may_send(kept.pk, channel=SMS, kind="informational", at=LATER).reason == "minor_without_guardian"
        assert FrequencyWish.objects.filter(customer=kept).latest("answered_at").per_month == 1


@st.composite
def doings(draw: st.DrawFn) -> list[tuple[str, int, int]]:
    step = st.tuples(st.sampled_from(["merge", "merge", "unmerge", "buy"]), st.integers(0, 5), st.integers(0, 5))
    return draw(st.lists(step, min_size=2, max_size=6))


def _everybody() -> list[Customer]:
    everybody = people(6, consent=None)
    house = Household.objects.create(code="h1")
    for number, one in enumerate(everybody):
        one.attributes, one.household = {"k": number, f"own{number}": 1}, house if number % 3 == 0 else None
        one.registered_at -= timedelta(days=number)
        one.save()
        ContactPoint.objects.create(customer=one, kind="mobile", value="+821099999999", valid_from=AT, valid_to=None)
        if number % 2:
            ContactPoint.objects.filter(customer=one, value="+821099999999").update(valid_to=LATER)
            PartyRole.objects.create(customer=one, kind="staff", since=AT.date(), at=AT)
        Consent.objects.create(
            customer=one, purpose="marketing", granted=number % 2 == 0, answered_at=AT - timedelta(days=number % 3),
            **ON_PAPER,
        )  # fmt: skip
        _buy(one.identities.get(), number)
    return everybody


def _buy(identity: Identity, number: int) -> None:
    Transaction.objects.create(
        identity=identity, source="till", receipt=f"r{number}", at=AT, amount=100 + number, currency="KRW"
    )


def _ledger() -> tuple[Any, Any]:
    rows = list(Transaction.objects.order_by("pk").values())
    return rows, Counter({row["identity_id"]: row["amount"] for row in rows})


def _ways_back(made: list[Merge], order: int) -> Iterator[Merge]:
    standing = [one for one in made if Merge.objects.get(pk=one.pk).undone_at is None]
    return iter(
        standing[::-1]
        if order % 3 == 0
        else standing
        if order % 3 == 1
        else sorted(standing, key=lambda m: m.pk * 7 % 5)
    )


class TestAnySequence:
    @settings(max_examples=14, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
    @given(steps=doings(), order=st.integers(0, 2))
    def test_touches_no_ledger_row_and_all_taken_back_is_the_start(
        self, steps: list[tuple[str, int, int]], order: int
    ) -> None:
        with atomic():
            self._walk(steps, order)
            set_rollback(True)

    def _walk(self, steps: list[tuple[str, int, int]], order: int) -> None:
        everybody, made, bought = _everybody(), list[Merge](), 100
        index([one.pk for one in everybody])
        start = records()
        for what, first, second in steps:
            before = _ledger()
            one, other = (root_of(everybody[place].pk) for place in (first, second))
            if what == "merge" and one != other:
                kept, gone = Customer.objects.get(pk=one), Customer.objects.get(pk=other)
                choices = {"full_name": gone.pk, "mobile": kept.pk} if first % 2 else {"household": gone.pk}
                made.append(merge(kept, [gone], by=None, at=AT, choices=choices))
            elif what == "unmerge" and made:
                chosen = made[first % len(made)]
                if Merge.objects.get(pk=chosen.pk).undone_at is None:
                    unmerge(chosen, by=None, at=AT)
            elif what == "buy":
                bought += 1
                _buy(everybody[first].identities.first() or Identity.objects.get(external_id=f"c{first:06}"), bought)
                continue
            assert _ledger() == before
            for each in everybody:
                root = root_of(each.pk)
                assert set(whole(root)) >= {each.pk, root}
        for one in _ways_back(made, order):
            unmerge(one, by=None, at=AT)
        end = records()
        differing = {name for name in start if start[name] != end[name] and name != "ledger.Transaction"}
        assert differing == set()
        assert end["ledger.Transaction"][:6] == start["ledger.Transaction"]
