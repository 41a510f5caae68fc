"""Many customers at once: who is meant, what is done, one undo for all; lists taken along; lists kept under a name."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from dangol.contact.intake import headers
from dangol.contact.intake.kinds import KINDS
from dangol.records.changes.models import Change
from dangol.records.customers import bulk_changes
from dangol.records.customers.attributes import state
from dangol.records.customers.models import BulkChange, Customer, Identity, PartyRole, SavedView, StatedAttribute
from dangol.records.permission.models import Suppression
from dangol.records.staff.access import store
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.access.queries import Wanted, every_line
from dangol.records.staff.models import Contract, Unit, User
from dangol.records.staff.roles import Role
from dangol.records.staff.scope import WHOLE, Scope
from dangol.web.customers import bulk, bulk_tasks, listing
from dangol.web.customers.list_files import write_list
from dangol.web.customers.lost_filters import FilterLost
from dangol.web.shell.viewer import of_user
from dangol.web.start import work
from tests.records.staff.office import office, staff
from tests.web.business import NOW, business, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.store]

EN = {"Accept-Language": "en"}


@pytest.fixture
def people() -> list[Customer]:
    units, made = office(), business()
    for number, person in enumerate(made):
        Customer.objects.filter(pk=person.pk).update(unit=units["D1"] if number % 2 else units["D2"])
    state("grade", label="등급", side="of", purpose="to thank them", basis="contract", by=None, at=NOW)
    return made


def units() -> dict[int, str]:
    return dict(Customer.objects.order_by("pk").values_list("pk", "unit__code"))


def facts() -> list[Any]:
    """What the changes below could change."""
    return [
        list(Customer.objects.order_by("pk").values_list("unit", "line", "source", "attributes")),
        list(PartyRole.objects.filter(until=None).values_list("customer", "kind")),
        list(Suppression.objects.filter(lifted_at=None).values_list("customer", "channel")),
    ]


class TestBulk:
    def test_means_everybody_who_matches_but_those_left_out(self, client: Client, people: list[Customer]) -> None:
        before = units()
        query = f"line=home_delivery&every=1&but={people[0].pk}&do=unit"
        page = signed_in(client).get(f"/customers/bulk/?{query}", headers=EN)
        assert page.context["number"] == 3
        assert client.post(f"/customers/bulk/?{query}", {"value": "D3"}, headers=EN).status_code == 302
        handed = {pk for pk, unit in units().items() if unit != before[pk]}
        assert handed == {person.pk for person in people[2::2]}
        client.post(f"/customers/bulk/{BulkChange.objects.get().pk}/undo/")
        assert units() == before

    def test_means_the_picked_of_those_whom_one_sees(self, client: Client, people: list[Customer]) -> None:
        agent = staff(Role.AGENT, "D1")
        client.force_login(agent)
        picks = ".".join(str(person.pk) for person in people[:3])
        client.post(f"/customers/bulk/?pick={picks}&do=stop", {"value": "they asked"})
        assert list(Suppression.objects.values_list("customer", flat=True)) == [people[1].pk]
        kinds = client.get(f"/customers/bulk/?pick={picks}").context["kinds"]
        assert [kind.name for kind, _address in kinds] == ["line", "medium", "detail", "stop"]

    @pytest.mark.parametrize(
        ("kind", "told"),
        [
            ("unit", {"value": ""}), ("line", {"value": "mothers_club"}), ("medium", {"value": "friend"}),
            ("detail", {"key": "grade", "value": "골드 \"A\" 50%"}), ("role", {"value": "supplier"}),
            ("stop", {"value": "the shop closed"}),
        ],
    )  # fmt: skip
    def test_is_taken_back_whole(self, client: Client, people: list[Customer], kind: str, told: dict[str, str]) -> None:
        people[0].attributes = {"grade": "silver", "kept": "x"}
        people[0].save()
        before, told_the_feed = facts(), Change.objects.count()
        signed_in(client).post(f"/customers/bulk/?every=1&do={kind}", told)
        assert facts() != before
        assert Change.objects.count() > told_the_feed
        client.post(f"/customers/bulk/{BulkChange.objects.get().pk}/undo/")
        assert facts() == before

    def test_puts_nothing_back_over_what_changed_again(self, client: Client, people: list[Customer]) -> None:
        signed_in(client).post("/customers/bulk/?every=1&do=medium", {"value": "friend"})
        Customer.objects.filter(pk=people[3].pk).update(source="web")
        change = BulkChange.objects.get()
        client.post(f"/customers/bulk/{change.pk}/undo/")
        assert set(Customer.objects.values_list("source", flat=True)) == {"", "web"}
        assert bulk_changes.counted(change) == {"put_back": 7, "moved_on": 1}
        with pytest.raises(bulk_changes.CannotChange):
            bulk_changes.take_back(change, by=User.objects.get(role=Role.OWNER), at=NOW)

    def test_goes_on_where_a_kill_left_it(self, people: list[Customer], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bulk_changes, "PART", 3)
        change = bulk_changes.begin(
            "medium", {"value": "friend"}, [one.pk for one in people], by=staff(Role.OWNER), at=NOW
        )  # fmt: skip

        def killed(_stage: str, done: int, _total: int, /) -> None:
            if done > 3:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            bulk_changes.carry_out(change, scope=WHOLE, at=NOW, progress=killed)
        assert Customer.objects.filter(source="friend").count() == 6
        assert bulk_changes.carry_out(change, scope=WHOLE, at=NOW).finished_at == NOW
        assert bulk_changes.counted(change) == {"changed": 8}

    def test_of_very_many_is_begun_at_once_and_writes_them_down_beside_the_pages(
        self, client: Client, people: list[Customer], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        handed: list[Any] = []
        monkeypatch.setattr(bulk, "AT_ONCE", 3)
        monkeypatch.setattr(work, "start", lambda _key, _task, *told: handed.extend(told))
        signed_in(client).post("/customers/bulk/?every=1&do=medium", {"value": "friend"})
        change = BulkChange.objects.get()
        assert (change.people, change.rows.count()) == (8, 0)
        bulk_changes.write_down(change, [people[0].pk])  # as far as a killed worker came
        number, language, runs = handed
        bulk_tasks.carry_out.func(number, language, [list(one) for one in runs])
        assert Customer.objects.filter(source="friend").count() == 8
        assert bulk_changes.counted(change) == {"changed": 8}

    def test_of_very_many_is_taken_back_beside_the_pages_and_the_log_names_everybody_there(
        self, client: Client, people: list[Customer], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        signed_in(client).post("/customers/bulk/?every=1&do=medium", {"value": "friend"})
        change, handed = BulkChange.objects.get(), list[Any]()
        monkeypatch.setattr(bulk, "AT_ONCE", 3)
        monkeypatch.setattr(work, "start", lambda _key, _task, *told: handed.extend(told))
        store.seal()
        client.post(f"/customers/bulk/{change.pk}/undo/")
        assert bulk_changes.counted(change) == {"changed": 8}
        bulk_tasks.put_back.func(*handed)
        assert bulk_changes.counted(change) == {"put_back": 8}
        store.seal()
        lines = [line.entry for line in every_line(Wanted(verbs=(Verb.CHANGED.value,)))]
        (named,) = [one for one in lines if one.page == "customers_bulk_undo" and one.subjects]
        assert (set(named.subjects), named.place) == ({one.pk for one in people}, "127.0.0.1")

    def test_leaves_whoever_left_the_scope_meanwhile(self, people: list[Customer]) -> None:
        change = bulk_changes.begin(
            "medium", {"value": "web"}, [one.pk for one in people], by=staff(Role.AGENT, "D1"), at=NOW
        )  # fmt: skip
        mine = Customer.objects.get(pk=people[1].pk).unit_id or 0
        bulk_changes.carry_out(change, scope=Scope(frozenset({mine}), frozenset({"D1"})), at=NOW)
        assert bulk_changes.counted(change) == {"changed": 4, "same": 4}

    def test_puts_nothing_back_of_whoever_was_handed_over_meanwhile(
        self, client: Client, people: list[Customer]
    ) -> None:
        agent = staff(Role.AGENT, "D1")
        client.force_login(agent)
        client.post("/customers/bulk/?every=1&do=medium", {"value": "friend"})
        change = BulkChange.objects.get()
        Customer.objects.filter(pk=people[1].pk).update(unit=Unit.objects.get(code="D2"))
        client.post(f"/customers/bulk/{change.pk}/undo/")
        assert list(Customer.objects.filter(source="friend").values_list("pk", flat=True)) == [people[1].pk]
        assert bulk_changes.counted(change) == {"put_back": 3, "moved_on": 1}

    def test_is_not_taken_back_by_a_dealer_whose_entry_is_closed(self, client: Client, people: list[Customer]) -> None:
        dealer = staff(Role.DEALER, "D1")
        Contract.objects.all().delete()
        change = bulk_changes.begin("medium", {"value": "friend"}, [people[1].pk], by=dealer, at=NOW)
        bulk_changes.carry_out(change, scope=WHOLE, at=NOW)
        client.force_login(dealer)
        client.post(f"/customers/bulk/{change.pk}/undo/")
        change.refresh_from_db()
        assert change.undone_at is None
        assert Customer.objects.get(pk=people[1].pk).source == "friend"

    def test_leaves_a_trace_that_names_everybody(self, client: Client, people: list[Customer]) -> None:
        signed_in(client).post("/customers/bulk/?region=II&every=1&do=medium", {"value": "web"})
        store.seal()
        (line,) = every_line(Wanted(verbs=(Verb.CHANGED.value,)))
        assert set(line.entry.subjects) == {people[0].pk, people[4].pk}

    def test_asks_as_often_for_many_as_for_few(
        self, people: list[Customer], django_assert_max_num_queries: Any
    ) -> None:
        with django_assert_max_num_queries(40):
            change = bulk_changes.begin(
                "medium", {"value": "web"}, [one.pk for one in people], by=staff(Role.OWNER), at=NOW
            )  # fmt: skip
            bulk_changes.carry_out(change, scope=WHOLE, at=NOW)


class TestFile:
    def test_holds_the_columns_shown_of_everybody_who_matches(self, client: Client, people: list[Customer]) -> None:
        Customer.objects.filter(pk=people[0].pk).update(full_name="=cmd|' /C calc'!A0", place="@SUM(1)")
        answer = signed_in(client).post(
            "/customers/file/?region=II&every=1&show=name,place,equity,spent_year&sort=equity",
            {"reason": "the yearly letter", "kind": "csv"}, headers=EN,
        )  # fmt: skip
        text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
        assert text.startswith("\ufeff")
        heads, *rows, _mark = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
        assert heads == [
            "Number in Dangol", "Customer number", "Name", "District", "Customer equity", "Spent in a year",
        ]  # fmt: skip
        assert [row[0] for row in rows] == [str(people[0].pk), str(people[4].pk)]
        assert rows[0][2:4] == ["'=cmd|' /C calc'!A0", "'@SUM(1)"]
        assert rows[0][5] == "26800"

    def test_has_the_number_of_the_business_under_its_name_and_days_that_sort(
        self, client: Client, people: list[Customer]
    ) -> None:
        Customer.objects.filter(pk=people[0].pk).update(birth_date=date(1985, 3, 1))
        theirs = Identity.objects.filter(customer=people[0], scheme="customer").order_by("pk")[0].external_id
        answer = signed_in(client).post(
            f"/customers/file/?pick={people[0].pk}&show=name,birth_date", {"reason": "beside the till", "kind": "csv"}
        )  # fmt: skip
        text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
        heads, row, _mark = csv.reader(io.StringIO(text))
        assert heads[:2] == ["단골 안의 번호", "고객번호"]
        assert row == [str(people[0].pk), theirs, "정다은", "1985-03-01"]
        # Taken in again it is the same people, not others whose numbers are ours.
        assert headers.guessed(KINDS["customers"], heads)["external_id"] == "고객번호"

    def test_masks_and_keeps_to_what_one_may_see(self, client: Client, people: list[Customer]) -> None:
        client.force_login(staff(Role.MARKETER))
        sent = {"reason": "the yearly letter", "kind": "csv"}
        answer = client.post("/customers/file/?every=1&show=name,mobile,attributes.grade", sent)
        text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
        assert "정*은" in text and "정다은" not in text and "555" not in text
        client.force_login(staff(Role.AGENT))
        assert client.post("/customers/file/?every=1", sent).status_code == 403

    def test_asks_the_store_no_more_for_many(
        self, people: list[Customer], django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from dangol.records.customers.columns import Asked
        from dangol.web.shell.viewer import of_user

        mine, asked = of_user(User(username="o", role=Role.OWNER)), Asked(NOW)
        names = ("name", "unit", "role", "equity", "agreed", "last_purchase")
        list(listing.exported([people[0].pk], names, mine, asked))
        with django_assert_num_queries(9):  # one a column, the names of units, numbers, and who is within the scope
            assert len(list(listing.exported([one.pk for one in people], names, mine, asked))) == 8


class TestViews:
    def save(self, client: Client, query: str, **told: str) -> SavedView:
        answer = client.post(f"/customers/views/new/?{query}", {"name": "단골", "shared": "", **told}, headers=EN)
        assert answer.status_code == 302
        return SavedView.objects.latest("pk")

    def test_open_again_what_was_saved_but_no_text(self, client: Client, people: list[Customer]) -> None:
        view = self.save(signed_in(client), "region=II&place=마포구&sort=equity&show=name,place&q=정다은")
        assert "정다은" not in view.query and "q=" not in view.query
        page = client.get(f"/customers/?{view.address}")
        assert [row.customer.full_name for row in page.context["page"].rows] == ["정다은", "한지민"]
        assert page.context["now"] == view and not page.context["changed"]
        assert client.get(f"/customers/?{view.address}&gender=f").context["changed"]

    def test_are_ones_own_or_shared_with_a_role_or_a_unit(self, client: Client, people: list[Customer]) -> None:
        mine = self.save(signed_in(client), "region=I", name="mine")
        self.save(client, "region=II", name="all", shared="all")
        self.save(client, "region=III", name="agents of D1", shared="agent", unit="D1")
        seen = {}
        for role, unit in ((Role.AGENT, "D1"), (Role.AGENT, "D2"), (Role.ANALYST, None)):
            client.force_login(staff(role, unit))
            seen[role, unit] = [view.name for view in client.get("/customers/").context["views"]]
        assert seen == {
            (Role.AGENT, "D1"): ["agents of D1", "all"], (Role.AGENT, "D2"): ["all"], (Role.ANALYST, None): ["all"],
        }  # fmt: skip
        assert client.get(f"/customers/views/{mine.pk}/").status_code == 404

    def test_can_be_what_the_list_opens_with(self, client: Client, people: list[Customer]) -> None:
        view = self.save(signed_in(client), "region=II", usual="on")
        assert client.get("/customers/").headers["Location"] == f"/customers/?{view.address}"
        assert client.get("/customers/?all=1").status_code == 200

    def test_over_a_detail_that_is_gone_say_so_and_do_nothing_to_everybody(
        self, client: Client, people: list[Customer]
    ) -> None:
        people[0].attributes = {"grade": "gold"}
        people[0].save()
        view = self.save(signed_in(client), "attributes.grade=gold&region=II", shared="all")
        StatedAttribute.objects.all().delete()
        page = client.get(f"/customers/?{view.address}&sort=name", headers=EN)
        assert "This list is filtered by grade, which is not there any more" in page.content.decode()
        assert page.context["page"].rows
        for address in ("bulk", "file"):
            answer = client.get(f"/customers/{address}/?{view.address}&every=1")
            assert "attributes.grade=gold" in answer.headers["Location"]  # back to the list, where it is told
        assert client.get(f"/customers/bulk/?{view.address}&pick={people[1].pk}").status_code == 200
        owner = User.objects.get(role=Role.OWNER)
        with pytest.raises(FilterLost, match="grade"):
            write_list("단골", Path("list.csv"), reason="a letter", marked=False, mine=of_user(owner))
        out = client.get(f"/customers/{page.context['criteria'].applied().address()}", headers=EN)
        assert "any more" not in out.content.decode()
        assert "region=II" in page.context["criteria"].applied().address()

    def test_by_what_the_receiver_may_not_see_say_so(self, client: Client, people: list[Customer]) -> None:
        view = self.save(signed_in(client), "attributes.grade=gold", shared="all")
        client.force_login(staff(Role.MARKETER))
        assert "filtered by 등급" in client.get(f"/customers/?{view.address}", headers=EN).content.decode()

    def test_of_a_shop_are_shared_with_that_shop_at_most(self, client: Client, people: list[Customer]) -> None:
        client.force_login(staff(Role.AGENT, "D1"))
        view = self.save(client, "region=II", shared="all")  # a form without the shop
        assert view.shared and view.unit is not None and view.unit.code == "D1"

    def test_are_changed_and_removed_by_who_made_them_and_come_back(
        self, client: Client, people: list[Customer]
    ) -> None:
        view = self.save(signed_in(client), "region=II", shared="all")
        client.force_login(staff(Role.ANALYST))
        with translation.override("en"):
            refused = client.post(f"/customers/views/{view.pk}/?region=I", {"name": "x", "shared": ""}, headers=EN)
        assert refused.status_code == 422 and "somebody else" in refused.content.decode()
        assert client.post(f"/customers/views/{view.pk}/remove/").status_code == 422
        signed_in(client).post(f"/customers/views/{view.pk}/?region=I", {"name": "other", "shared": ""})
        view.refresh_from_db()
        assert (view.name, view.query, view.shared) == ("other", "region=I", False)
        client.post(f"/customers/views/{view.pk}/remove/")
        assert list(client.get("/customers/?all=1").context["views"]) == []
        client.post(f"/customers/views/{view.pk}/back/")
        assert list(client.get("/customers/?all=1").context["views"]) == [view]


class TestPanels:
    def test_count_each_value_under_the_other_filters(self, client: Client, people: list[Customer]) -> None:
        page = signed_in(client).get("/customers/filter/?of=line&region=II&line=mothers_club", headers=EN)
        assert page.context["options"] == [("mothers_club", "Mothers' club", 0), ("home_delivery", "Home delivery", 2)]
        led = client.get("/customers/filter/?of=equity&set=1&low=1,000&high=&value=~&without=1&region=II")
        assert led.headers["Location"] == "/customers/?region=II&not.equity=~&not.equity=1000.."

    def test_count_who_came_by_which_way(self, client: Client, people: list[Customer]) -> None:
        Customer.objects.filter(pk__in=[people[0].pk, people[1].pk]).update(source="hospital")
        signed_in(client)
        page = client.get("/customers/filter/?of=medium", headers=EN)
        assert page.context["options"] == [("hospital", "At a hospital", 2)]
        assert page.context["empty"] == 6
        shown = client.get("/customers/?medium=hospital&show=name,medium", headers=EN).context["page"]
        assert [[cell.text for cell in row.cells] for row in shown.rows] == [["", "At a hospital"]] * 2

    def test_say_what_became_of_those_who_came_by_a_campaign(self, client: Client, people: list[Customer]) -> None:
        for one, first in ((people[0], "2025-03-02"), (people[2], "2025-10-09")):
            at = datetime.fromisoformat(f"{first}T12:00:00+09:00")
            Customer.objects.filter(pk=one.pk).update(came_by="2025 맘스페어", registered_at=at)
        page = signed_in(client).get("/customers/filter/?of=came_by", headers=EN)
        (row,) = page.context["became"]
        assert (row.word, row.number, row.stay) == ("2025 맘스페어", 2, pytest.approx(0.83))
        assert row.equity == pytest.approx((91.0 + 63.0) / 2 * 14_200)
        assert row.first == datetime.fromisoformat("2025-03-02T12:00:00+09:00")
        assert "What became of them" in page.content.decode()
        client.force_login(staff(Role.DEALER, "D2"))
        assert not client.get("/customers/filter/?of=came_by").context["became"]

    def test_offer_nobody_what_they_may_not_see(self, client: Client, people: list[Customer]) -> None:
        client.force_login(staff(Role.AUDITOR))
        page = client.get("/customers/filter/", headers=EN)
        names = {column.name for column in page.context["columns"]}
        assert "place" in names and not names & {"equity", "region", "birth_date", "attributes.grade", "mobile"}
        assert client.get("/customers/columns/").status_code == 200
