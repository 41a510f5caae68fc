"""Forgetting and what follows: the ledger, coming back with a backup, the legal hold, coming back with a file."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dangol.contact.intake import load
from dangol.contact.intake.feeds import made
from dangol.contact.intake.models import Batch, Reject
from dangol.contact.intake.rejects import file_of, write_file
from dangol.lib import sealing
from dangol.records.customers.forgetting import forgotten
from dangol.records.customers.merging import merge
from dangol.records.customers.models import ContactPoint, Customer, Household, Identity
from dangol.records.ledger.models import Interaction, OrderLine, Transaction, Withholding
from dangol.records.ledger.notes import write_note
from dangol.records.outbox.models import Message
from dangol.records.permission.actions import give_consent
from dangol.records.rights import actions, chain, destruction, erasure, hold, retention
from dangol.records.rights.erasure import NobodyThere, erase, erase_for
from dangol.records.rights.keeping_rules import KEEPERS, Moment
from dangol.records.rights.models import Destruction, Step
from dangol.records.staff.access import spool, store
from dangol.records.staff.access.entries import Entry
from dangol.records.staff.roles import Role
from tests.people import AT, people, person
from tests.records.staff.office import staff

pytestmark = [pytest.mark.django_db, pytest.mark.store]


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
    return tmp_path


def bought(who: Customer, *, days_ago: int = 10, receipt: str = "r1") -> Transaction:
    """A purchase of theirs."""
    at = AT - timedelta(days=days_ago)
    sale = Transaction.objects.create(
        identity=who.identities.get(), source="till", receipt=receipt, at=at, amount=5000, currency="KRW"
    )
    OrderLine.objects.create(transaction=sale, position=1, at=at, description="예약 케이크", quantity=1, amount=5000)
    return sale


def forget(who: Customer) -> Any:
    return erase(who.pk, reason="test", by=None, at=AT)


class TestErase:
    def test_keeps_money_and_counts_without_the_person(self) -> None:
        who = person()
        sale = bought(who)
        forget(who)
        sale.refresh_from_db()
        assert (sale.amount, OrderLine.objects.get().amount, OrderLine.objects.get().description) == (5000, 5000, "")
        assert Customer.objects.get().erased_at == AT and not Customer.objects.known().exists()

    def test_leaves_neither_how_they_came_nor_which_campaign_they_answered(self) -> None:
        who = person()
        Customer.objects.filter(pk=who.pk).update(source="hospital", came_by="김단골님 소개")
        Interaction.objects.create(
            identity=who.identities.get(), source_ref="file:1", kind="response", direction="in", at=AT,
            campaign="김단골님 생일 쿠폰",
        )  # fmt: skip
        forget(who)
        assert Customer.objects.values_list("source", "came_by").get(pk=who.pk) == ("", "")
        assert Interaction.objects.values_list("kind", "campaign").get(source_ref="file:1") == ("response", "")

    def test_happens_once(self) -> None:
        who = person()
        forget(who)
        with pytest.raises(NobodyThere):
            forget(who)

    def test_forgets_who_came_back_under_the_same_number(self) -> None:
        first = person()
        before = first.identities.get()
        forget(first)
        again = Customer.objects.create(registered_at=AT)
        Identity.objects.create(customer=again, source=before.source, external_id=before.external_id)
        forget(again)
        assert Customer.objects.exclude(erased_at=None).count() == 2
        assert set(forgotten([before.external_id], source=before.source)) == {before.external_id}

    def test_keeps_back_what_has_not_left(self) -> None:
        who = person()
        Message.objects.create(
            key="k", identity=who.identities.get(), source_ref="campaign:1", channel="shown_sms", kind="advertising",
            body="안녕", enqueued_at=AT,
        )  # fmt: skip
        assert forget(who).withheld == 1
        assert (Message.objects.get().withheld, Message.objects.get().body) == ("forgotten", "")
        assert Withholding.objects.get().reason == "forgotten"

    def test_leaves_the_household_to_those_who_are_left(self) -> None:
        home = Household.objects.create(code="민서네")
        first, second = people(2, household=home)
        forget(first)
        assert Household.objects.exists()
        forget(second)
        assert not Household.objects.exists()

    def test_changes_nothing_when_it_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        who = person()
        bought(who)
        monkeypatch.setattr(chain, "write", lambda **_told: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError):
            forget(who)
        who.refresh_from_db()
        assert who.full_name and who.erased_at is None
        assert hold.count() == 0

    def test_forgets_whoever_was_merged_while_it_waited(self, monkeypatch: pytest.MonkeyPatch) -> None:
        one, other = people(2)
        waited = erasure.hold_off

        def merged_meanwhile(customer_id: int) -> None:
            monkeypatch.setattr(erasure, "hold_off", waited)
            merge(one, [other], by=None, at=AT)
            waited(customer_id)

        monkeypatch.setattr(erasure, "hold_off", merged_meanwhile)
        erase(one.pk, reason="test", by=None, at=AT)
        assert not Customer.objects.filter(erased_at=None).exists()
        assert not ContactPoint.objects.exists()

    def test_answers_the_demand_and_keeps_no_letter(self) -> None:
        who = person()
        asked = actions.take_in(who, kind="erase", way="phone", wish="다 지워 주세요", by=None, at=AT)
        other = actions.take_in(who, kind="see", way="phone", by=None, at=AT)
        with pytest.raises(actions.CannotAnswer):
            erase_for(asked, by=None, at=AT)
        actions.make_sure(asked, how="전화로 확인", by=None, at=AT)
        _done, letter = erase_for(asked, by=None, at=AT)
        assert "고객0" in letter.body
        assert [step.letter for step in Step.objects.all() if step.letter] == []
        states = dict(Step.objects.filter(state__in=Step.CLOSING).values_list("request_id", "state"))
        assert states == {asked.pk: "done", other.pk: "withdrawn"}

    def test_finds_the_person_in_refused_rows(self) -> None:
        who = person()
        ContactPoint.objects.filter(customer=who).update(value="+821012345678")
        batch = Batch.objects.create(kind="transactions", source="own", started_at=AT, columns=["이름", "전화"])
        theirs = [["고객0", "x"], ["아무개", "010-1234-5678"], ["아무개", "01012345678"], ["c000000", ""]]
        others = [["고객01", "x"], ["아무개", "010-1234-5679"]]
        for row, cells in enumerate(theirs + others, 1):
            Reject.objects.create(batch=batch, row=row, reason="?", original=cells)
        write_file(batch)
        assert forget(who).places == {"intake.Reject": 4}
        assert [one.original for one in Reject.objects.order_by("row")] == others
        assert "1234-5678" not in file_of(batch).read_text(encoding="utf-8")


class TestLedger:
    def test_tells_in_numbers_alone(self, home: Path) -> None:
        who = person()
        entry = forget(who).entry
        told = json.loads((home / chain.FILE).read_text(encoding="utf-8"))
        assert told["customer_number"] == entry.customer_number == who.pk
        assert told["digest"] == entry.digest
        assert "고객0" not in (home / chain.FILE).read_text(encoding="utf-8")
        assert chain.verify().problem == ""

    @pytest.mark.parametrize("harm", ["change", "remove", "cut"])
    def test_shows_that_somebody_changed_it(self, home: Path, harm: str) -> None:
        for one in people(3):
            forget(one)
        file = home / chain.FILE
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        harmed = {
            "change": [lines[0], lines[1].replace('"test"', '"tost"'), lines[2]],
            "remove": [lines[0], lines[2]],
            "cut": lines[:2],
        }[harm]
        file.write_text("".join(harmed), encoding="utf-8")
        assert chain.verify().problem

    def test_goes_on_after_a_line_that_a_kill_cut_off(self, home: Path) -> None:
        first, second = people(2)
        forget(first)
        with (home / chain.FILE).open("a", encoding="utf-8") as file:
            file.write('{"kind":"eras')
        forget(second)
        assert (chain.verify().lines, chain.verify().problem) == (2, "")


def came_back(who: Customer) -> None:
    """The row as it stands in a backup made before."""
    Customer.objects.filter(pk=who.pk).update(full_name=who.full_name, lake_key=who.lake_key, erased_at=None)
    Destruction.objects.all().delete()


class TestReplay:
    def test_forgets_again_who_came_back_with_a_backup(self) -> None:
        who, other = people(2)
        forget(who)
        came_back(who)
        assert destruction.replay(at=AT) == 1
        assert not Customer.objects.known().filter(pk=who.pk).exists()
        assert Customer.objects.known().filter(pk=other.pk).exists()
        assert destruction.replay(at=AT) == 0

    def test_leaves_somebody_alone_who_was_given_the_number_since(self) -> None:
        who = person()
        forget(who)
        came_back(who)
        Customer.objects.filter(pk=who.pk).update(full_name="새 손님", lake_key=987654321)
        assert destruction.replay(at=AT) == 0
        assert Customer.objects.get(pk=who.pk).full_name == "새 손님"

    def test_honours_lists_of_two_homes_put_together(self, home: Path) -> None:
        first, second, third = people(3)
        forget(first)
        begun = (home / chain.FILE).read_text(encoding="utf-8")
        forget(second)
        one_way = (home / chain.FILE).read_text(encoding="utf-8")
        (home / chain.FILE).write_text(begun, encoding="utf-8")
        forget(third)
        other_way = (home / chain.FILE).read_text(encoding="utf-8")
        (home / chain.FILE).write_text(one_way + other_way.removeprefix(begun), encoding="utf-8")
        assert chain.verify().problem == ""
        for who in (first, second, third):
            came_back(who)
        assert destruction.replay(at=AT) == 3


class TestHold:
    def test_keeps_what_the_law_asks_for_and_no_longer(self) -> None:
        who = person()
        bought(who, days_ago=10, receipt="young")
        bought(who, days_ago=5 * 366 + 5, receipt="old")
        Interaction.objects.create(
            identity=who.identities.get(), source_ref="t:1", kind="complaint", direction="in",
            at=AT - timedelta(days=30), text="우유가 상했어요",
        )  # fmt: skip
        assert forget(who).held == 2
        kept = {one.rule: one for one in hold.found("고객0")}
        assert set(kept) == {"kr_ecommerce_contracts", "kr_ecommerce_disputes"}
        sale = kept["kr_ecommerce_contracts"]
        assert sale.told["what"]["receipt"] == "young" and sale.told["what"]["lines"][0]["what"] == "예약 케이크"
        assert (sale.due_on - sale.happened_on).days in (1826, 1827)
        assert hold.found("young") == [sale]

    def test_is_sealed(self, home: Path) -> None:
        who = person()
        bought(who)
        forget(who)
        store = (home / hold.FILE).read_bytes()
        assert "고객0".encode() not in store and b"young" not in store and "케이크".encode() not in store
        (home / "keys.json").unlink()
        with pytest.raises(sealing.KeyLost):
            hold.found("고객0")

    def test_is_destroyed_when_its_day_has_passed(self, home: Path) -> None:
        who = person()
        bought(who)
        forget(who)
        due = hold.found("고객0")[0].due_on
        assert hold.destroy_due(on=due) == 0
        assert hold.destroy_due(on=due + timedelta(days=1)) == 1
        assert hold.count() == 0 and hold.found("고객0") == []

    def test_ends_on_the_last_day_of_a_short_month(self) -> None:
        from datetime import date

        six_months = next(rule for rule in hold.all_rules() if rule.months == 6)
        assert six_months.ends_on(date(2026, 8, 31)) == date(2027, 2, 28)

    def test_says_its_source(self) -> None:
        assert all(rule.source and rule.basis for rule in hold.all_rules())


class TestComingBackWithAFile:
    def test_stays_forgotten(self) -> None:
        told = {"customer": ["c000000", "c000001"], "time": [AT, AT], "receipt": ["r1", "r2"],
                "quantity": [1, 1], "amount": [5000, 7000]}  # fmt: skip
        who, other = people(2)
        load.take_chunk(made("transactions", told), source="till", at=AT)
        forget(who)
        before = Customer.objects.count()
        names = {"external_id": ["c000000", "c000001"], "full_name": ["고객0", "고객1"], "phone": ["01000000000", ""]}
        taken = load.take_chunk(made("customers", names), source="till", at=AT)
        assert taken.rows == 2
        again = load.take_chunk(made("transactions", told), source="till", at=AT)
        assert (again.created, again.unchanged) == (0, 2)
        new = {**told, "receipt": ["r3", "r4"]}
        assert load.take_chunk(made("transactions", new), source="till", at=AT).created == 2
        assert Customer.objects.count() == before
        assert Customer.objects.get(pk=who.pk).full_name == ""
        assert Transaction.objects.get(receipt="r3").identity is None
        assert Transaction.objects.get(receipt="r4").identity == other.identities.get()

    def test_leads_from_the_mark_to_nobody_without_the_key(self, home: Path) -> None:
        who = person()
        forget(who)
        mark = Identity.objects.get().external_id
        assert mark.startswith("erased-") and "c000000" not in mark
        from dangol.records.customers.forgetting import mark_of

        assert mark_of("till", "c000000") == mark
        (home / "keys.json").unlink()
        other = sealing.seal("x") and mark_of("till", "c000000")
        assert other != mark


class TestRetention:
    def now(self, days: int = 0) -> Moment:
        return Moment(as_of=AT + timedelta(days=days), at=AT + timedelta(days=days))

    def message(self, who: Customer, days_ago: int) -> Message:
        at = AT - timedelta(days=days_ago)
        return Message.objects.create(
            key=f"k{days_ago}", identity=who.identities.get(), source_ref="campaign:1", channel="shown_sms",
            kind="advertising", address="+82105", body="글", enqueued_at=at, handed_over_at=at,
        )  # fmt: skip

    def test_says_what_would_go_and_touches_nothing(self) -> None:
        who = person()
        self.message(who, 500)
        found = {one.rule.id: one.count for one in retention.dry_run(self.now())}
        assert (found["message_texts"], found["message_addresses"], found["access_log"]) == (1, 1, 0)
        assert Message.objects.get().body == "글"

    def test_keeps_the_access_log_two_years_where_anything_sensitive_is_on_record(self) -> None:
        who, year = person(), self.now(days=400)
        spool.append(Entry(at=AT, verb="saw", page="customer", user="하린", subjects=(who.pk,)))
        store.seal()
        assert KEEPERS["access_log"].due(366, year) == 1
        agreed = give_consent(who, purpose="sensitive", by=None, at=AT, how="paper", evidence="form 1")
        assert KEEPERS["access_log"].due(366, year) == 0
        agreed.delete()
        note = write_note(who, "알레르기", sensitive=True, by=staff(Role.AGENT), at=AT)
        assert KEEPERS["access_log"].clear(366, year) == 0
        note.delete()
        assert KEEPERS["access_log"].clear(366, year) == 1

    def test_lets_go_of_what_has_run_out_and_tells_the_ledger(self) -> None:
        who = person()
        old, young = self.message(who, 500), self.message(who, 200)
        run = retention.run(self.now())
        old.refresh_from_db()
        young.refresh_from_db()
        assert (old.body, old.address, young.body, young.address) == ("", "", "글", "")
        assert run is not None and run.tables == {"message_texts": 1, "message_addresses": 2}
        assert retention.run(self.now()) is None

    def test_asks_before_it_forgets_customers(self) -> None:
        quiet, busy, agreed = (person(consent=None), person(consent=None), person(consent=True))
        bought(busy)
        Customer.objects.update(registered_at=AT - timedelta(days=3000))
        retention.run(self.now())
        assert Customer.objects.known().count() == 3
        assert [(one.rule.id, one.count) for one in retention.waiting(self.now())] == [("inactive_customers", 1)]
        retention.run(self.now(), agreed=True)
        assert set(Customer.objects.known()) == {busy, agreed}
        assert Destruction.objects.filter(kind="erasure", customer_number=quiet.pk).exists()

    def test_follows_the_rules_that_hold_on_the_day(self) -> None:
        from datetime import date

        from dangol.records.rights.keeping_rules import rules

        assert rules(date(2019, 12, 31)) == []
        assert all(rule.basis and rule.source for rule in rules(date(2026, 11, 22)))


class TestKeys:
    def test_opens_the_hold_with_a_new_key_too(self) -> None:
        who = person()
        bought(who)
        forget(who)
        sealing.add_key()
        assert sum(anew for _seen, anew in sealing.seal_anew()) == 1
        sealing.forget_old_keys()
        assert hold.found("고객0")[0].told["who"]["name"] == "고객0"

    def test_makes_no_new_keys_while_the_hold_is_sealed_with_lost_ones(self, home: Path) -> None:
        first, second = people(2)
        bought(first)
        forget(first)
        (home / "keys.json").unlink()
        with pytest.raises(sealing.KeyLost):
            forget(second)
        assert not (home / "keys.json").exists()
