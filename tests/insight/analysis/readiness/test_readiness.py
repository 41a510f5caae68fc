"""The readiness check: every gap counted once, how grave it is, what to do first."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dangol.insight.analysis.models import Run
from dangol.insight.analysis.readiness import report
from dangol.insight.analysis.readiness.checks import CHECKS, NAMED, Level
from dangol.insight.analysis.readiness.report import MONTHS, Report, examples, last_report, look
from dangol.records.catalog.models import Product
from dangol.records.customers.merging import merge
from dangol.records.customers.models import ContactPoint, Customer, Identity
from dangol.records.ledger.models import OrderLine, Transaction
from dangol.records.permission.models import Consent

pytestmark = [pytest.mark.django_db, pytest.mark.store]
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def person(name: str = "김단골", *, mobile: str = "", email: str = "", **more: object) -> Customer:
    one = Customer.objects.create(full_name=name, registered_at=NOW - timedelta(days=400), **more)
    Identity.objects.create(customer=one, source="own", external_id=f"c{one.pk}")
    for kind, value in (("mobile", mobile), ("email", email)):
        if value:
            ContactPoint.objects.create(customer=one, kind=kind, value=value, tail=value[-4:], valid_from=NOW)
    return one


def sale(who: Customer | None, amount: int, *, at: datetime = NOW - timedelta(days=3), **line: object) -> Transaction:
    made = Transaction.objects.create(
        identity=who.identities.get() if who else None, source="own", receipt=f"r{Transaction.objects.count()}", at=at,
        amount=amount, currency="KRW",
    )  # fmt: skip
    OrderLine.objects.create(transaction=made, position=1, at=at, quantity=1, amount=amount, **line)
    return made


def gaps(found: Report) -> dict[str, tuple[int, int]]:
    return {one.check.name: (one.gaps, one.rows) for one in found.found}


class TestLook:
    def test_counts_each_gap_among_the_rows_it_is_about(self) -> None:
        milk = Product.objects.create(code="m", name="우유")
        whole = person(
            mobile="+821012345678", birth_date=date(1980, 1, 1), postcode="04524", source="web", place="마포구"
        )
        bare = person("", birth_date=date(2999, 1, 1), postcode="123-456")
        person("테스트", mobile="1234", email="nowhere")
        Consent.objects.create(
            customer=whole,
            purpose="marketing",
            channel="sms",
            granted=True,
            answered_at=NOW,
            evidence="form",
            how="paper",
        )
        sale(whole, 9_000, product=milk)
        sale(None, 1_000)
        sale(bare, 0, at=NOW + timedelta(days=30))
        found = gaps(look(at=NOW))
        assert found["bought"] == (1, 3)
        assert found["anonymous"] == (1, 3)
        assert found["goods"] == (2, 3)
        assert found["name"] == (1, 3)
        assert found["reach"] == (1, 3)
        assert found["asked"] == (2, 3)
        assert found["born"] == (1, 3)
        assert found["births"] == (1, 2)
        assert found["numbers"] == (1, 2)
        assert found["addresses"] == (1, 1)
        assert found["names"] == (1, 2)
        assert found["postcodes"] == (1, 2)
        assert found["future"] == (1, 3)
        assert found["nothing"] == (1, 3)

    def test_tells_money_of_sales_that_name_nobody(self) -> None:
        sale(person(), 9_000)
        sale(None, 1_000)
        found = look(at=NOW)
        assert {one.check.name: one.money for one in found.found}["anonymous"] == 1_000
        assert (found.amount, found.named_amount, found.named_share) == (10_000, 9_000, 0.9)

    def test_counts_those_who_carry_name_and_number_of_another(self) -> None:
        for _ in range(3):
            person("김단골", mobile="+821012345678")
        person("박단골", mobile="+821012345678")  # a family shares a number
        assert look(at=NOW).twins == 3

    def test_counts_nobody_twice_who_was_merged(self) -> None:
        one, other = person("김단골", mobile="+821012345678"), person("김단골", mobile="+821012345678")
        assert look(at=NOW).twins == 2
        merge(one, [other], by=None, at=NOW)
        assert look(at=NOW).twins == 0

    def test_leaves_out_who_was_forgotten(self) -> None:
        person("", erased_at=NOW)
        assert look(at=NOW).customers == 0

    def test_names_months_without_sales(self) -> None:
        one = person()
        sale(one, 1, at=datetime(2026, 7, 3, tzinfo=UTC))
        sale(one, 2, at=datetime(2026, 10, 3, tzinfo=UTC))
        found = look(at=NOW)
        assert [month.month for month in found.months] == ["2026-07", "2026-08", "2026-09", "2026-10"]
        assert found.silent_months == ["2026-08", "2026-09"]

    def test_tells_the_latest_months_by_the_clock_of_the_shop(self) -> None:
        for amount, at in (
            (1, datetime(2023, 1, 3, tzinfo=UTC)), (2, datetime(2026, 8, 31, 14, 59, tzinfo=UTC)),
            (4, datetime(2026, 8, 31, 15, tzinfo=UTC)), (8, datetime(2026, 9, 30, tzinfo=UTC)),
        ):  # fmt: skip
            sale(None, amount, at=at)
        found = look(at=NOW)
        assert [month.month for month in found.months][:2] == ["2024-10", "2024-11"]
        assert [(month.month, month.sales, month.amount) for month in found.months[-2:]] == [
            ("2026-08", 1, 2), ("2026-09", 2, 12),
        ]  # fmt: skip
        assert len(found.months) == MONTHS
        assert found.amount == 15

    def test_is_kept_until_the_next_look(self) -> None:
        assert last_report() is None
        person()
        first = look(at=NOW)
        assert last_report() == first
        person()
        look(at=NOW)
        assert Run.objects.filter(kind=report.KIND).count() == 1

    def test_asks_as_much_for_many_as_for_few(self, django_assert_max_num_queries: object) -> None:
        for _ in range(30):
            sale(person(mobile="+821012345678"), 5)
        with django_assert_max_num_queries(14):  # type: ignore[operator]
            look(at=NOW)


class TestVerdict:
    def test_is_not_ready_where_most_sales_name_nobody(self) -> None:
        sale(person(), 1_000)
        for _ in range(3):
            sale(None, 1_000)
        found = look(at=NOW)
        assert not found.ready
        assert {one.check.name: one.level for one in found.found}["anonymous"] is Level.MEND

    def test_is_not_ready_where_few_sales_that_name_nobody_are_most_of_the_money(self) -> None:
        for _ in range(9):
            sale(person(), 1_000)
        sale(None, 20_000)
        (one,) = [one for one in look(at=NOW).found if one.check.name == "anonymous"]
        assert (one.share, one.money_share) == (0.1, 20_000 / 29_000)
        assert one.level is Level.MEND

    def test_judges_by_rows_where_returns_left_no_money(self) -> None:
        sale(person(), -1_000)
        sale(None, -3_000)
        (one,) = [one for one in look(at=NOW).found if one.check.name == "anonymous"]
        assert (one.share, one.money_share, one.level) == (0.5, None, Level.LOOK)

    def test_does_not_hold_back_who_has_one_shop_or_never_noted_a_medium(self) -> None:
        sale(person(), 1_000)
        levels = {one.check.name: one.level for one in look(at=NOW).found}
        assert (levels["shops"], levels["source"]) == (Level.LOOK, Level.LOOK)  # nothing is misread without them

    def test_names_three_things_the_gravest_first(self) -> None:
        for _ in range(4):
            sale(None, 1_000)
        person("", birth_date=None)
        levels = [one.level for one in look(at=NOW).first_things]
        assert len(levels) == 3
        assert levels[0] is Level.MEND

    def test_judges_nothing_where_there_is_nothing(self) -> None:
        assert {one.level for one in look(at=NOW).found} == {Level.NONE}

    @pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
    def test_calls_no_gap_good_and_nothing_but_gaps_not(self, check: object) -> None:
        assert NAMED[check.name].level(0.0, 100) is Level.GOOD  # type: ignore[attr-defined]
        assert NAMED[check.name].level(1.0, 100) in {Level.MEND, Level.LOOK}  # type: ignore[attr-defined]


class TestExamples:
    def test_show_of_whom_one_may_see(self) -> None:
        seen, hidden = person(""), person("")
        mine = Customer.objects.filter(pk=seen.pk)
        assert [one for one, _row in examples("name", at=NOW, among=mine)] == [seen]
        assert hidden not in [one for one, _row in examples("bought", at=NOW, among=mine)]

    def test_show_sales_that_name_nobody_to_everybody(self) -> None:
        sale(None, 7)
        found = examples("anonymous", at=NOW, among=Customer.objects.none())
        assert [(one, row.amount) for one, row in found] == [(None, 7)]

    def test_there_are_of_every_check(self) -> None:
        """One customer, one number and one sale that have every gap there is."""
        bare = person("", birth_date=date(2999, 1, 1), postcode="123")
        for name, points in (("테스트", {"mobile": "1234", "email": "nowhere"}), ("김", {"mobile": "+825012345678"})):
            person(name, **points)  # type: ignore[arg-type]
        sale(None, 0, at=NOW + timedelta(days=30))
        found = {name: examples(name, at=NOW, among=Customer.objects.all()) for name in NAMED}
        assert [name for name, rows in found.items() if not rows] == []
        assert found["births"] == [(bare, bare)]
