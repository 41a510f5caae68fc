"""Pages and API of a library: everything in loans and uses, nothing in won, no title; frequent users are found."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from dangol.decisions.segments.models import Segment
from dangol.decisions.segments.queries import select
from dangol.insight.analysis.models import Run, Score
from dangol.insight.relationship.back_test.actions import back_test
from dangol.insight.relationship.core.actions import find_core
from dangol.insight.relationship.core.settings import CoreSettings
from dangol.insight.relationship.models import Reference
from dangol.insight.relationship.stages.actions import evaluate
from dangol.insight.relationship.stages.rules import StageRules
from dangol.insight.relationship.validity.actions import ask_validity
from dangol.records.ledger.models import LoanTitle
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from dangol.web.start.answers import relationship_answer
from tests.insight.relationship.use.library import SETTINGS, TITLE, TODAY, valued_library
from tests.records.staff.office import staff
from tests.web.api.shop import key, send
from tests.web.business import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def library(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """A library that is valued, tested on its past and looked through for its core; the run of values."""
    with valued_library(django_db_blocker, tmp_path_factory.mktemp("library")) as run:
        told = {"as_of": TODAY, "at": TODAY, "by": None}
        evaluate(rules=StageRules(), **told)
        ask_validity(settings=SETTINGS, weeks=10, **told)
        find_core(settings=CoreSettings(use_days=6), margin_rate=0.3, **told)
        back_test(settings=SETTINGS, weeks=8, **told)
        yield run.pk


@pytest.fixture
def busiest(library: int, db: None) -> int:
    """Who used the library most."""
    best = Score.objects.filter(run=library, name="uses_year").order_by("-value", "pk").first()
    assert best is not None
    return best.customer_id


def title_kept_for() -> int:
    """Whose titles are kept, since they asked for it."""
    (reader,) = LoanTitle.objects.values_list("loan__identity__customer", flat=True).distinct()
    return reader


OF_USES = (
    "/map/stages/", "/map/validity/", "/map/came-true/", "/map/core/", "/map/movement/", "/map/loyalty/",
    "/map/positioning/followed/", "/map/core/need/",
)  # fmt: skip
SOLD = {"en": r"[Pp]urchase|\b[Bb]ought|\b[Bb]uy|\b[Ss]ales?\b|\bsell\b", "ko": "구매|샀|산 것|사지 |팔|판매|매출"}
NOTHING_SOLD = ("nothing is sold here", "Nothing is sold here", "파는 것이 없", "팔지 않")


def main_of(told: str) -> str:
    """What stands on a page between its menu and its foot, without tags."""
    return re.sub("<[^>]*>", " ", told[told.index("<main") : told.index("</main>")])


def sales_told_of(told: str, language: str) -> list[str]:
    """Where a page speaks of buying and selling, but to say that nothing is sold."""
    main = main_of(told)
    for sentence in NOTHING_SOLD:
        main = main.replace(sentence, "")
    return re.findall(rf".{{0,60}}(?:{SOLD[language]}).{{0,60}}", main)


def page(client: Client, path: str, language: str = "en") -> str:
    answer = client.get(path, headers={"accept-language": language})
    assert answer.status_code == 200, path
    return re.sub(r"\s+", " ", answer.content.decode())


class TestPages:
    @pytest.mark.parametrize("language", ["en", "ko"])
    def test_speak_of_uses_and_never_of_won_or_a_title(self, client: Client, busiest: int, language: str) -> None:
        signed_in(client)
        one = f"/customers/{busiest}/"
        reader = title_kept_for()
        for path in ("/", "/map/", f"/customers/{reader}/value/?rows=all", "/map/core/", "/map/came-true/"):
            assert TITLE not in page(client, path, language), path
        spoken = {"en": r"\d uses?\b", "ko": r"이용 [\d,.]+회"}[language]
        for path in ("/", "/map/", one, f"{one}value/", "/map/core/", "/map/came-true/", "/map/expectation/"):
            told = page(client, path, language)
            assert not re.search(r"₩|\d ?(만 )?원\b", told), path
            if path != "/map/expectation/":
                assert re.search(spoken, told), path
        for path in ("/map/positioning/", "/map/settings/", "/map/stages/", "/customers/"):
            assert "₩" not in page(client, path, language), path

    @pytest.mark.parametrize("language", ["en", "ko"])
    @pytest.mark.parametrize("path", OF_USES)
    def test_speak_of_uses_alone(self, client: Client, library: int, path: str, language: str) -> None:
        assert sales_told_of(page(signed_in(client), path, language), language) == []

    @pytest.mark.parametrize("language", ["en", "ko"])
    @pytest.mark.parametrize("path", OF_USES)
    def test_ask_for_uses_where_nothing_was_found_yet(
        self, client: Client, library: int, path: str, language: str
    ) -> None:
        Run.objects.exclude(kind="relationship").delete()
        told = page(signed_in(client), path, language)
        assert sales_told_of(told, language) == []
        assert re.search({"en": r"\buses?\b", "ko": "이용"}[language], main_of(told))

    @pytest.mark.parametrize("language", ["en", "ko"])
    @pytest.mark.parametrize("path", [*OF_USES, "/map/loop/"])
    def test_ask_for_uses_before_anybody_was_valued(
        self, client: Client, library: int, path: str, language: str
    ) -> None:
        Reference.objects.all().delete()
        Run.objects.all().delete()
        told = page(signed_in(client), path, language)
        both = ("what they buy or use", "사거나 이용한")
        assert sales_told_of(told, language) == [] or any(one in told for one in both)

    @pytest.mark.parametrize(("language", "asked"), [("en", "sales or uses"), ("ko", "거래나 이용")])
    def test_count_who_borrowed_where_there_is_no_map_yet(
        self, client: Client, library: int, language: str, asked: str
    ) -> None:
        Reference.objects.all().delete()
        Run.objects.all().delete()
        told = page(signed_in(client), "/map/", language)
        assert asked in told
        assert re.search(r"So far: 4\d\b|지금은 4\d명", told)

    @pytest.mark.parametrize(("language", "sold"), [("en", "transactions"), ("ko", "거래 0건")])
    def test_of_today_count_what_was_used_and_not_what_was_sold(
        self, client: Client, library: int, language: str, sold: str
    ) -> None:
        used = Run.objects.get(pk=library).summary["used"]
        told = page(signed_in(client), "/", language)
        uses = f"{round(used['loans'] + used['visits'] + used['questions']):,}"
        assert sold not in told
        assert {"en": f"customers · {uses} uses in a year", "ko": f"고객 · 1년 이용 {uses}회"}[language] in told

    def test_say_of_what_to_do_that_what_they_gain_themselves_is_learned_in_uses(
        self, client: Client, library: int
    ) -> None:
        signed_in(client).post("/map/positioning/ask/", {"budget": "100000", "use_worth": "2000"})
        told = page(client, "/map/positioning/")
        assert "learned from campaigns that were judged by uses" in told
        assert "Your own gain stays assumed" not in told

    def test_say_why_values_are_counted_in_uses(self, client: Client, library: int) -> None:
        told = page(signed_in(client), "/map/")
        assert "Customers borrow here and nobody bought anything" in told
        assert "classes a borrower, in the mean" in told

    def test_ask_in_the_settings_for_days_with_a_use(self, client: Client, library: int) -> None:
        told = page(signed_in(client), "/map/settings/")
        assert "Days within which a use makes a customer active" in told
        assert "a purchase makes" not in told

    def test_say_in_the_settings_what_values_are_counted_in_and_ask_for_no_margin(
        self, client: Client, library: int
    ) -> None:
        told = page(signed_in(client), "/map/settings/")
        assert "What the value to the company is counted in</dt><dd>as the records tell" in told
        assert "a fee counts as so many minutes as it is worth" in told
        assert 'id="margin_rate-means"' not in told

    def test_go_down_to_the_day_and_the_class_of_each_loan(self, client: Client, busiest: int) -> None:
        told = page(signed_in(client), f"/customers/{busiest}/value/?rows=all")
        order = ["days of use of somebody who stays", "came again on", "Variety", "A loan", "never the title"]
        places = [told.index(words) for words in order]
        assert places == sorted(places)
        assert "every number comes to the one that is shown" in told
        assert "Literature" in told

    def test_ask_beside_the_budget_what_a_use_is_worth_and_say_whom_to_turn_to_without(
        self, client: Client, library: int
    ) -> None:
        told = page(signed_in(client), "/map/positioning/")
        assert "what one use, a loan, a visit or a question, is worth to you" in told
        assert 'name="use_worth"' in told
        assert "/customers/?region=II" in told

    @pytest.mark.parametrize("worth", ["", "0", "-3", "many"])
    def test_refuse_a_worth_that_is_none(self, client: Client, library: int, worth: str) -> None:
        asked = {"budget": "20000", "use_worth": worth}
        answer = signed_in(client).post("/map/positioning/ask/", asked, headers={"accept-language": "en"})
        assert answer.status_code == 422
        assert 'id="worth-problem"' in answer.content.decode()

    def test_say_what_to_do_for_whom_once_it_is_said(self, client: Client, library: int) -> None:
        asked = {"budget": "20000", "use_worth": "3000"}
        assert signed_in(client).post("/map/positioning/ask/", asked).status_code == 302
        told = page(client, "/map/positioning/")
        assert "Do something for" in told
        assert "What a use is worth to you</dt><dd>₩3,000" in told
        assert "sell more" not in told.lower()
        found = send("GET", "/positioning", key(User.objects.get(role=Role.OWNER))).json()
        assert (found["budget"], found["use_worth"]) == (20_000, 3_000)


class TestFrequentUsers:
    def test_lead_to_their_list_a_segment_and_a_campaign(self, client: Client, library: int) -> None:
        told = page(signed_in(client), "/map/core/")
        frequent = set(Score.objects.filter(name="frequent_user").values_list("customer_id", flat=True))
        assert f"<b>{len(frequent)}</b> used us on at least 6 different days of the last 365." in told
        assert "/customers/?frequent_user=yes" in told
        kept = client.post("/segments/keep/?frequent_user=yes", {"name": "단골 이용자"})
        assert kept.status_code in {200, 302}, kept.content[:300]
        segment = Segment.objects.get(name="단골 이용자")
        assert segment.rule == {"frequent_user": ["yes"]}
        run = Run.objects.get(pk=library)
        assert set(select(segment.rule, run=run).values_list("pk", flat=True)) == frequent
        plan = page(client, "/campaigns/plan/?frequent_user=yes")
        assert "Frequent users" in plan
        assert 'name="frequent_user" value="yes"' in plan


class TestApi:
    def test_tells_the_same(self, busiest: int) -> None:
        secret = key(staff(Role.OWNER))
        assert send("GET", "/map", secret).json()["counted_in"] == "uses"
        steps = send("GET", f"/customers/{busiest}/values/steps", secret).json()
        year = steps["company"]["year"]
        assert steps["agrees"]
        assert year["uses"] == year["loans"] + year["visits"] + year["questions"]
        core = send("GET", "/core-customers", secret).json()
        assert core["counted_in"] == "uses"
        assert core["frequent"]["least"] == core["rules"]["use_days"] == 6

    def test_say_so_by_the_command_where_the_total_is_no_money(self, library: int) -> None:
        assert relationship_answer()["counted_in"] == "uses"
