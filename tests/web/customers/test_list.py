"""The customer list: who is on it, in which order, and how much it asks of the store."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from dangol.records.customers import selecting
from dangol.records.customers.at_hand import AT_HAND
from dangol.records.customers.columns import COLUMNS, RANGES, WORDS, Asked, Kind, Wish
from dangol.records.customers.models import Customer
from dangol.records.staff.models import Unit, User
from dangol.records.staff.roles import Role
from dangol.web.customers import listing
from dangol.web.customers.criteria import Criteria, may_choose
from dangol.web.shell.viewer import of_user
from dangol.web.shell.words import REGIONS
from tests.records.staff.office import staff
from tests.web.business import NOW, business, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def names(client: Client, query: str) -> list[str]:
    answer = client.get(f"/customers/?{query}")
    assert answer.status_code == 200
    return [row.customer.full_name for row in answer.context["page"].rows]


class TestOfVeryMany:
    def test_asks_what_was_written_since_once_a_page(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        business()
        monkeypatch.setattr(selecting, "LARGE", 0)
        AT_HAND.clear()
        signed_in(client).get("/customers/?region=II&place=nowhere")
        looks: list[Asked] = []
        freshen = AT_HAND._freshen
        monkeypatch.setattr(AT_HAND, "_freshen", lambda asked: (looks.append(asked), freshen(asked)))
        assert names(client, "region=II&sort=name") == ["정다은", "한지민"]
        assert client.get("/customers/?region=II&place=nowhere").context["page"].every == 0
        assert len(looks) == 2
        AT_HAND.clear()


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("region=II&sort=name", ["정다은", "한지민"]),
            ("region=II&region=I&sort=name", ["배수아", "오세훈", "정다은", "한지민"]),
            ("region=unknown&sort=name", ["김도윤", "황보라"]),
            ("line=mothers_club&sort=name", ["김도윤", "배수아", "오세훈", "황보라"]),
            ("line=mothers_club&region=I&sort=name", ["배수아", "오세훈"]),
            ("q=다은", ["정다은"]),
            ("q=ㅈㄷㅇ", ["정다은"]),
            ("q=0003", ["황보라"]),
            ("q=T00004", ["한지민"]),
            ("q=nobody", []),
            ("region=nonsense&sort=nonsense&page=x&q=정다은", ["정다은"]),
        ],
    )
    def test_find_who_is_asked_for(self, client: Client, query: str, expected: list[str]) -> None:
        business()
        assert names(signed_in(client), query) == expected

    def test_take_those_nobody_valued_for_unknown(self, client: Client) -> None:
        business()
        Customer.objects.create(full_name="새 고객", registered_at=NOW)
        assert names(signed_in(client), "region=unknown&sort=name") == ["김도윤", "새 고객", "황보라"]

    def test_that_match_nobody_say_which_one_to_drop(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        business()
        monkeypatch.setattr(listing, "COUNTED", 1)  # each is counted to its end
        answer = signed_in(client).get("/customers/?region=II&line=mothers_club", headers={"Accept-Language": "en"})
        page = answer.content.decode()
        assert "No customer matches" in page
        assert "Without “Region”:" in page
        assert answer.context["instead"] == [
            ("Region", 4, "?line=mothers_club"),
            ("Line of business", 2, "?region=II"),
        ]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("place=마포구&place=강남구&region=II", 2),
            ("not.place=마포구", 0),
            ("place=~", 0),
            ("equity=1000000..", 2),
            ("equity=..500000&line=mothers_club", 2),
            ("customer_value=~", 2),
            ("agreed=sms", 5),
            ("last_purchase=2026-11-01..2026-11-30&purchases_year=2..2", 8),
            ("last_purchase=..2026-01-01", 0),
            ("equity=nonsense&birth_date=1..2..3&unheard=of&sort=nothing.rev&show=,,x", 8),
        ],
    )
    def test_take_any_column_several_values_bounds_and_what_is_not_known(
        self, client: Client, query: str, expected: int
    ) -> None:
        business()
        assert len(names(signed_in(client), query)) == expected

    @given(seed=st.integers(0, 2**32), page=st.integers(1, 9999), text=st.text(max_size=40))
    def test_survive_their_address(self, seed: int, page: int, text: str) -> None:
        """Half of all columns at once: hypothesis, which draws one thing after the other, gives the seed alone."""
        mine, asked, draw = of_user(User(username="o", role=User.Role.OWNER)), Asked(NOW), random.Random(seed)

        def some(pool: Sequence[str]) -> tuple[str, ...]:
            return tuple(draw.sample(pool, draw.randint(0, len(pool))))

        def bound(kind: Kind) -> float | None:
            least, most = (700_000, 750_000) if kind is Kind.DAY else (-(10**9), 10**9)
            return draw.choice([None, float(draw.randint(least, most)), float(max(least, 0))])

        wishes = []
        for name, column in COLUMNS.items():
            if not may_choose(column, mine) or draw.random() < 0.5:
                continue
            pool = [*REGIONS, "~"] if name == "region" else ["a", "가 나", "~", "x&y=1", "..", "yes"]
            values = some(pool) if column.kind in WORDS else ()
            if name == "region":
                values = tuple(one for one in REGIONS if one in values)
            low, high = (bound(column.kind), bound(column.kind)) if column.kind in RANGES else (None, None)
            if values or low is not None or high is not None:
                wishes.append(Wish(name, values, low, high, draw.random() < 0.5))
        sort = draw.choice(["", "name", "equity.rev", "last_purchase"])
        wanted = Criteria(text.strip(), tuple(wishes), sort, page, some(["name", "place", "balance", "equity"]))
        assert Criteria.read(QueryDict(wanted.address(page=page).removeprefix("?")), mine, asked) == wanted

    def test_ask_nothing_of_what_somebody_sees_in_part_or_not_at_all(self, client: Client) -> None:
        business()
        client.force_login(staff(Role.AUDITOR))
        assert len(names(client, "birth_date=1980-01-01..1990-01-01&region=II&equity=1..2&sort=equity")) == 8


class TestRows:
    def test_show_what_anybody_wrote_as_text_and_never_as_code(self, client: Client) -> None:
        business()
        hostile = "<img src=x onerror=alert(1)>\"'&"
        Customer.objects.update(full_name=hostile, place=hostile, line="x")
        Unit.objects.update(name=hostile)
        for show in ("name,place,unit,line", "name,balance,region,last_purchase"):
            page = signed_in(client).get(f"/customers/?all=1&show={show}").content.decode()
            assert "<img" not in page
            assert "&lt;img src=x onerror=alert(1)&gt;&quot;&#x27;&amp;" in page

    def test_say_what_is_not_known(self, client: Client) -> None:
        Customer.objects.create(full_name="가", registered_at=NOW)
        address = "/customers/?all=1&show=name,last_purchase,place"
        page = signed_in(client).get(address, headers={"Accept-Language": "en"}).content.decode()
        assert '<span class="mute">Never</span>' in page and '<span class="mute">–</span>' in page


class TestOrder:
    def test_begins_with_those_who_get_least_for_what_they_give(self, client: Client) -> None:
        business()
        assert names(signed_in(client), "") == [
            "정다은", "한지민", "남궁민서", "문태오", "오세훈", "배수아", "황보라", "김도윤"
        ]  # fmt: skip

    def test_can_begin_with_the_most_valuable(self, client: Client) -> None:
        business()
        assert names(signed_in(client), "sort=equity")[:3] == ["정다은", "한지민", "남궁민서"]
        assert names(client, "sort=equity.rev")[:2] == ["오세훈", "배수아"]

    def test_stands_before_anybody_is_valued(self, client: Client) -> None:
        Customer.objects.create(full_name="나", registered_at=NOW)
        Customer.objects.create(full_name="가", registered_at=NOW)
        assert names(signed_in(client), "") == ["가", "나"]


class TestPages:
    def test_hold_everybody_once(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(listing, "ROWS", 3)
        business()
        signed_in(client)
        seen = [name for page in (1, 2, 3) for name in names(client, f"sort=name&page={page}")]
        assert seen == sorted(seen)
        assert len(set(seen)) == 8

    def test_lead_on_and_back_with_the_same_filters(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(listing, "ROWS", 1)
        business()
        page = signed_in(client).get("/customers/?region=II&page=2").context["page"]
        assert (page.first, page.last, page.count) == (2, 2, 2)
        assert page.previous == "?region=II"
        assert page.next == ""

    def test_count_no_further_than_needed(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(listing, "COUNTED", 5)
        business()
        answer = signed_in(client).get("/customers/", headers={"Accept-Language": "en"})
        assert "5+" in answer.content.decode()
        assert 'hx-get="/customers/count/?"' in answer.content.decode()
        assert client.get("/customers/count/").content.decode().strip().startswith("8")

    def test_ask_the_store_the_same_number_of_times(self, client: Client) -> None:
        business(4)
        signed_in(client).get("/customers/")  # the first page of a session writes down when it began
        few = _queries(client, "/customers/")
        business_of_more()
        assert _queries(client, "/customers/") == few <= 16


class TestFragment:
    def test_is_the_rows_alone(self, client: Client) -> None:
        business()
        answer = signed_in(client).get("/customers/?region=II", headers={"HX-Request": "true"})
        part = answer.content.decode()
        assert "정다은" in part
        assert "<html" not in part
        assert "hx-swap-oob" in part
        assert "HX-Request" in answer["Vary"]

    def test_is_the_whole_page_when_one_goes_back(self, client: Client) -> None:
        business()
        headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
        assert b"<html" in signed_in(client).get("/customers/", headers=headers).content


class TestEmptyList:
    def test_says_how_to_begin(self, client: Client) -> None:
        page = signed_in(client).get("/customers/", headers={"Accept-Language": "en"}).content.decode()
        assert "No customers yet" in page


def business_of_more() -> None:
    """Twelve more customers beside those there are."""
    from dangol.insight.analysis.models import Run
    from dangol.records.catalog.models import Product
    from dangol.records.customers.models import Household
    from tests.web import business as small

    run, product, home = Run.objects.get(), Product.objects.get(), Household.objects.get()
    small.customers(range(20, 32), run, product, dict.fromkeys(("I", "II", "III", "unknown"), 0), home)


def _queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)
