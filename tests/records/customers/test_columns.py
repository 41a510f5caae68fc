"""Columns of lists: what is asked for in SQL and of what is kept at hand is the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db.transaction import atomic

from dangol.insight.analysis.models import Run, Score
from dangol.records.changes.actions import record_range, record_row
from dangol.records.changes.models import Change
from dangol.records.customers import at_hand, selecting
from dangol.records.customers.at_hand import AT_HAND
from dangol.records.customers.columns import COLUMNS, EMPTY, Asked, Kind, Wish, known
from dangol.records.customers.models import Customer, PartyRole
from dangol.records.customers.parties import take_role
from dangol.records.customers.partners import Statement, ensure_set, take_details, take_off
from dangol.records.customers.selecting import Selected, Selection
from dangol.records.permission.actions import suppress, withdraw_consent
from dangol.records.staff.roles import Role
from dangol.records.staff.scope import WHOLE, Scope
from tests.records.staff.office import office, staff
from tests.web.business import NOW, business

pytestmark = [pytest.mark.django_db, pytest.mark.store]

DAY = NOW.date().toordinal()
WISHES = [
    (),
    (Wish("region", ("II",)),),
    (Wish("region", ("I", "unknown")),),
    (Wish("region", ("I", "unknown"), without=True),),
    (Wish("line", ("mothers_club",)), Wish("equity", low=500_000.0)),
    (Wish("place", ("마포구", "강남구")), Wish("agreed", ("sms",))),
    (Wish("place", ("마포구", "강남구", "서초구", "송파구", "용산구", "중구", EMPTY)),),
    (Wish("place", (EMPTY,)),),
    (Wish("place", ("마포구",), without=True),),
    (Wish("unit", ("D1",)),),
    (Wish("unit", (EMPTY,)), Wish("mobile", (EMPTY,), without=True)),
    (Wish("agreed", (EMPTY,)),),
    (Wish("left_alone", ("no",)), Wish("role", ("dealer",), without=True)),
    (Wish("last_purchase", low=DAY - 20.0, high=DAY - 10.0),),
    (Wish("last_purchase", (EMPTY,)),),
    (Wish("spent_year", low=20_000.0, high=30_000.0), Wish("purchases_year", high=2.0)),
    (Wish("birth_date", low=1.0, high=800_000.0),),
    (Wish("customer_value", high=60.0, without=True),),
    (Wish("attributes.grade", ("gold",)),),
]
SORTS = ("gap", "equity", "name", "place", "last_purchase", "registered_at", "unit", "birth_date", "line", "spent_year")


@pytest.fixture
def people() -> Iterator[list[Customer]]:
    units = office()
    made = business()
    for number, person in enumerate(made[:5]):
        person.unit = units["D1"] if number % 2 else units["D2"]
        person.birth_date = (NOW - timedelta(days=9_000 + number)).date()
        person.attributes = {"grade": "gold" if number % 2 else "silver"}
        person.save()
    Customer.objects.create(registered_at=NOW, source="friend")
    take_role(made[2], "dealer", since=NOW.date(), by=staff(Role.OWNER), at=NOW)
    suppress(made[1], reason="asked", by=None, at=NOW)
    withdraw_consent(made[4], purpose="marketing", channel="sms", by=None, at=NOW)
    from dangol.records.customers.attributes import state

    state("grade", label="등급", side="of", purpose="to thank them", basis="contract", by=None, at=NOW)
    AT_HAND.clear()
    yield made
    AT_HAND.clear()


def answers(selection: Selection, scope: Scope = WHOLE) -> tuple[object, ...]:
    """All that is asked of one selection."""
    found, asked = Selected(selection, scope, Asked(NOW)), Asked(NOW)
    words = {
        name: {word: n for word, n in found.words(COLUMNS[name]).items() if n} for name in ("region", "place", "agreed")
    }
    return found.count(), found.page(0, 50), found.page(2, 3), sorted(found.ids()), words, asked.day


def present() -> set[str]:
    """The lines of business that anybody has, of what is kept at hand."""
    return Selected(Selection(), WHOLE, Asked(NOW)).present(COLUMNS["line"])


def by_sql() -> set[str]:
    """The same, of the records."""
    return set(Customer.objects.known().exclude(line="").values_list("line", flat=True))


class TestAtHand:
    def test_says_what_sql_says(self, people: list[Customer], monkeypatch: pytest.MonkeyPatch) -> None:
        asked = [Selection(wishes, sort="gap") for wishes in WISHES]
        asked += [Selection(sort=sort, falling=falling) for sort in SORTS for falling in (False, True)]
        by_sql = [answers(selection) for selection in asked]
        monkeypatch.setattr(selecting, "LARGE", 0)
        for selection, told in zip(asked, by_sql, strict=True):
            assert answers(selection) == told, selection
        assert len({str(told) for told in by_sql}) > len(WISHES)

    def test_gives_each_word_the_numbers_that_sql_gives_it(
        self, people: list[Customer], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def told(selection: Selection) -> dict[tuple[str, str], list[float]]:
            found = Selected(selection, WHOLE, Asked(NOW))
            return {
                (name, word): sorted(values.tolist())
                for name in ("equity", "registered_at", "birth_date")
                for word, values in found.by_word(COLUMNS["unit"], COLUMNS[name]).items()
                if len(values)
            }

        asked = [Selection(), Selection((Wish("region", ("I", "II")),))]
        by_sql = [told(selection) for selection in asked]
        assert len(by_sql[0]) == 6 and by_sql[0] != by_sql[1]
        monkeypatch.setattr(selecting, "LARGE", 0)
        assert [told(selection) for selection in asked] == by_sql

    def test_keeps_to_the_scope_and_to_who_is_left_out(
        self, people: list[Customer], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        scope = Scope(frozenset({people[1].unit_id or 0}), frozenset({"D1"}))
        for selection in (Selection(), Selection(but=frozenset({people[1].pk, 10**9}))):
            by_sql = answers(selection, scope)
            with monkeypatch.context() as large:
                large.setattr(selecting, "LARGE", 0)
                assert answers(selection, scope) == by_sql

    def test_takes_what_the_change_feed_tells(self, people: list[Customer], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(selecting, "LARGE", 0)
        selection = Selection((Wish("place", ("강남구",)),), sort="name")
        assert Selected(selection, WHOLE, Asked(NOW)).page(0, 9) == []
        with atomic():
            new = Customer.objects.create(full_name="가나다", registered_at=NOW, place="강남구")
            record_row(new, at=NOW)
            people[0].place, people[0].full_name = "강남구", "가가"
            people[0].save()
            record_row(people[0], at=NOW)
        assert Selected(selection, WHOLE, Asked(NOW)).page(0, 9) == [people[0].pk, new.pk]
        with atomic():
            Customer.objects.filter(pk=new.pk).update(erased_at=NOW)
            record_row(new, at=NOW)
        assert Selected(selection, WHOLE, Asked(NOW)).ids() == [people[0].pk]
        everybody = Selected(Selection(sort="name"), WHOLE, Asked(NOW))
        assert everybody.page(0, 99) == list(everybody._ordered(COLUMNS["name"]).values_list("pk", flat=True))

    def test_knows_which_words_there_are_after_every_write(
        self, people: list[Customer], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(selecting, "LARGE", 0)
        assert present() == by_sql() != set()
        for line in ("a-new-line", ""):
            with atomic():
                Customer.objects.filter(pk=people[0].pk).update(line=line)
                record_row(people[0], at=NOW)
            assert present() == by_sql()
            assert ("a-new-line" in present()) == bool(line)
        with atomic():
            Customer.objects.update(erased_at=NOW)
            for person in people:
                record_row(person, at=NOW)
        assert present() == set()

    def test_reads_values_anew_after_a_valuation(self, people: list[Customer], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(selecting, "LARGE", 0)
        selection = Selection((Wish("region", ("II",)),))
        assert Selected(selection, WHOLE, Asked(NOW)).count() == 2
        Run.objects.create(kind="relationship", as_of=NOW, started_at=NOW, finished_at=NOW)
        assert Selected(selection, WHOLE, Asked(NOW)).count() == 0

    def test_lets_go_whom_the_store_no_longer_has(
        self, people: list[Customer], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(selecting, "LARGE", 0)
        brought = Customer.objects.create(full_name="가져온", registered_at=NOW)
        everybody = Selected(Selection(), WHOLE, Asked(NOW)).ids()
        assert brought.pk in everybody
        with atomic():
            Customer.objects.filter(pk=brought.pk).delete()
            record_range(Customer, first_key=brought.pk, last_key=brought.pk, at=NOW)
        assert Selected(Selection(), WHOLE, Asked(NOW)).ids() == [pk for pk in everybody if pk != brought.pk]

    def test_forgets_what_rows_said_that_are_gone(
        self, people: list[Customer], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(selecting, "LARGE", 0)
        dealers = Selection((Wish("role", ("dealer",)),))
        assert Selected(dealers, WHOLE, Asked(NOW)).ids() == [people[2].pk]
        role = PartyRole.objects.get(kind="dealer").pk
        with atomic():
            PartyRole.objects.filter(pk=role).delete()
            record_range(PartyRole, first_key=role, last_key=role, at=NOW)
        assert Selected(dealers, WHOLE, Asked(NOW)).ids() == []

    def test_names_nobody_by_a_data_set_that_was_taken_off(
        self, people: list[Customer], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(selecting, "LARGE", 0)
        statement = Statement("A card company", "2026", NOW.date(), "to know them", "contract", "contract of 2026")
        made = ensure_set(statement, by=None, at=NOW, today=NOW.date())
        take_details([(people[1].pk, {"grade": "A"}), (people[3].pk, {"grade": "B"})], into=made, at=NOW)
        told = Selection((Wish("partner", ("A card company",)),))
        assert Selected(told, WHOLE, Asked(NOW)).ids() == [people[1].pk, people[3].pk]
        take_off(made, by=None, at=NOW)
        assert Selected(told, WHOLE, Asked(NOW)).ids() == []

    def test_knows_nobody_by_value_where_none_was_worked_out(
        self, people: list[Customer], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Score.objects.all().delete()
        Run.objects.all().delete()
        asked = [Selection((Wish("region", told),)) for told in (("II",), ("unknown",))]
        by_sql = [answers(selection) for selection in asked]
        monkeypatch.setattr(selecting, "LARGE", 0)
        assert [answers(selection) for selection in asked] == by_sql
        assert by_sql[1][0] == Customer.objects.count()

    def test_reads_everything_anew_but_once_beside_a_write_that_is_open(
        self, people: list[Customer], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(selecting, "LARGE", 0)
        monkeypatch.setattr(at_hand, "MANY_AT_ONCE", 3)
        monkeypatch.setattr(at_hand, "_horizon", lambda: 7)
        Selected(Selection(), WHOLE, Asked(NOW)).count()
        with atomic():
            record_range(Customer, first_key=people[0].pk, last_key=people[7].pk, at=NOW)
            Change.objects.update(xid=9)
        begun: list[str] = []
        begin = AT_HAND._begin
        monkeypatch.setattr(AT_HAND, "_begin", lambda store: (begun.append(store), begin(store)))
        for _look in range(3):
            Selected(Selection(), WHOLE, Asked(NOW)).count()
        assert len(begun) == 1
        new = Customer.objects.create(registered_at=NOW)
        with atomic():
            Change.objects.filter(pk=record_row(new, at=NOW).pk).update(xid=8)
        assert new.pk in Selected(Selection(), WHOLE, Asked(NOW)).ids()

    def test_keeps_no_column_of_a_day_that_changes_passed_by(
        self, people: list[Customer], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(selecting, "LARGE", 0)
        dealers = Selection((Wish("role", ("dealer",)),))
        assert Selected(dealers, WHOLE, Asked(NOW)).count() == 1
        take_role(people[3], "dealer", since=NOW.date(), by=staff(Role.MARKETER), at=NOW)
        assert Selected(Selection(), WHOLE, Asked(NOW + timedelta(days=1))).count() == Customer.objects.count()
        assert Selected(dealers, WHOLE, Asked(NOW)).count() == 2

    def test_counts_more_words_than_a_number_has_bits(
        self, people: list[Customer], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for number in range(130):
            partner = f"Partner {number}"
            statement = Statement(partner, "2026", NOW.date(), "to know them", "contract", "contract of 2026")
            made = ensure_set(statement, by=None, at=NOW, today=NOW.date())
            take_details([(people[number % 8].pk, {"grade": "A"})], into=made, at=NOW)
        asked = [Selection((Wish("partner", told),)) for told in (("Partner 64", "Partner 127"), ("Partner 129",))]
        column = COLUMNS["partner"]
        by_sql = [(Selected(one, WHOLE, Asked(NOW)).ids(), _words(one)) for one in asked]
        monkeypatch.setattr(selecting, "LARGE", 0)
        assert [(Selected(one, WHOLE, Asked(NOW)).ids(), _words(one)) for one in asked] == by_sql
        new = Customer.objects.create(registered_at=NOW)
        with atomic():
            record_row(new, at=NOW)
        assert Selected(Selection(), WHOLE, Asked(NOW)).words(column)["Partner 129"] == 1

    def test_puts_a_name_before_one_who_is_there_where_the_next_is_not_yet(
        self, people: list[Customer], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(selecting, "LARGE", 0)
        before = Selected(Selection(sort="name"), WHOLE, Asked(NOW)).page(0, 99)
        with atomic():
            Customer.objects.create(full_name="가가나", registered_at=NOW)  # told of in a moment
            new = Customer.objects.create(full_name="가가", registered_at=NOW)
            record_row(new, at=NOW)
        assert Selected(Selection(sort="name"), WHOLE, Asked(NOW)).page(0, 99) == [new.pk, *before]


def _words(selection: Selection) -> dict[str, int]:
    found = Selected(selection, WHOLE, Asked(NOW)).words(COLUMNS["partner"])
    return {word: number for word, number in found.items() if number}


class TestColumns:
    def test_all_tell_what_is_on_record_of_a_few_in_one_question_each(
        self, people: list[Customer], django_assert_num_queries: object
    ) -> None:
        asked = Asked(NOW)
        ids = [one.pk for one in people]
        found = {name: column.of(ids, asked) for name, column in known(asked).items()}
        assert found["region"][ids[0]] == "II"
        assert found["unit"][ids[1]] == "D1"
        assert found["role"] == {ids[2]: ["dealer"]}
        assert found["attributes.grade"][ids[3]] == "gold"
        assert found["agreed"][ids[1]] == ["sms"]
        assert ids[4] not in found["agreed"]
        assert found["left_alone"] == {ids[1]: "yes"}

    def test_name_a_use_of_an_item_of_the_inventory(self) -> None:
        from dangol.records.customers.fields import FIELDS

        assert {column.item for column in COLUMNS.values()} <= set(FIELDS)

    def test_that_are_one_of_few_words_can_be_chosen_by_them(self) -> None:
        assert {COLUMNS[name].kind for name in ("line", "unit", "place", "medium", "came_by")} == {Kind.CHOICE}
