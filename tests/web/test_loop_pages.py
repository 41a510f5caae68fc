"""Map, campaigns and imports in a real browser: everybody can use them; brush, fields and keys say the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from dangol.insight.analysis.models import Run
from dangol.records.catalog.offers import ensure_offers
from dangol.web.imports import uploads
from tests.pages import OpenPage
from tests.web.accessibility import faults
from tests.web.business import NOW, business, campaign

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VIEWS: list[tuple[int, Literal["ko", "en"], Literal["light", "dark"]]] = [
    (1280, "ko", "light"), (1280, "en", "dark"), (390, "ko", "dark"), (390, "en", "light"),
]  # fmt: skip
FILE = "고객번호,일자,금액\nA1,2026-10-01,12000\nA2,2026-10-03,3000\n".encode("cp949")


@pytest.fixture
def home(live_server: LiveServer, settings: Any, tmp_path: Path) -> str:
    """Return the address of a served business whose long work happens at once."""
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    settings.DANGOL_HOME = tmp_path
    business(40)
    ensure_offers(currency="KRW", at=NOW)
    run = Run.objects.get()
    run.summary["rug"] = [0, 3, *[0] * 98]
    run.save()
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.mark.parametrize(("width", "language", "scheme"), VIEWS)
def test_everybody_can_use_every_page(
    open_page: OpenPage,
    home: str,
    tmp_path: Path,
    width: int,
    language: Literal["ko", "en"],
    scheme: Literal["light", "dark"],
) -> None:
    page = open_page(width=width, language=language, scheme=scheme)
    measured, planned = campaign(), campaign("planned", launched=False)
    (tmp_path / "거래.csv").write_bytes(FILE)
    token = uploads.keep(tmp_path / "거래.csv", at=NOW)
    found: dict[str, list[str]] = {}
    paths = ("/map/", "/map/?region=II", "/campaigns/", "/campaigns/plan/?region=II", f"/campaigns/{measured.pk}/",
             f"/campaigns/{planned.pk}/", "/import/", f"/import/{token}/")  # fmt: skip
    for path in paths:
        page.goto(f"{home}{path}")
        page.wait_for_load_state("networkidle")
        found[path] = faults(page)
    page.goto(f"{home}/campaigns/plan/?region=II&channel=till_coupon")
    page.locator("#id_holdout").fill("30")
    page.locator("button[value=look]").click()
    page.locator("button[value=send]").wait_for()
    found["confirm"] = faults(page)
    assert {path: told for path, told in found.items() if told} == {}


class TestMap:
    def test_is_square_and_drawn(self, page: Page, home: str) -> None:
        page.goto(f"{home}/map/")
        drawn = page.locator(".chart[data-drawn=whole] svg .role-frame > g > path.background").first
        drawn.wait_for(state="attached")
        box = drawn.evaluate("path => { const b = path.getBBox(); return [b.width, b.height]; }")
        assert abs(box[0] - box[1]) < 0.04 * box[0]

    @pytest.mark.parametrize("language", ["ko", "en"])
    def test_is_seen_whole_by_whoever_opens_it(
        self, open_page: OpenPage, home: str, language: Literal["ko", "en"]
    ) -> None:
        page = open_page(width=1280, language=language)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{home}/map/")
        page.locator(".bar.draw").wait_for()
        box = page.locator(".map-frame .role-frame > g > path.background").first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 900
        assert box["width"] > 440
        page.set_viewport_size({"width": 1280, "height": 720})
        page.goto(f"{home}/map/")
        page.locator(".bar.draw").wait_for()
        last = page.locator(".map-frame .role-axis-label text").filter(has_text="75").first.bounding_box()
        assert last is not None
        assert last["y"] + last["height"] < 720  # with the numbers below it

    def test_picks_by_a_drawn_rectangle_and_lets_go_with_escape(self, page: Page, home: str) -> None:
        page.goto(f"{home}/map/")
        bar, before = page.locator("#bar"), page.locator("#bar").bounding_box()
        _draw(page)
        expect(bar).to_contain_text("골랐어요")
        assert page.get_by_label("최소").first.input_value() != "0"
        after = bar.bounding_box()
        assert before is not None
        assert after is not None
        assert (before["height"], before["y"]) == (after["height"], after["y"])  # nothing moves
        page.keyboard.press("Escape")
        expect(bar).to_contain_text("더 챙길 고객 모두 고르기")
        expect(page).to_have_url(f"{home}/map/")

    def test_picks_by_a_shape_drawn_by_hand_and_lets_go_with_escape(self, page: Page, home: str) -> None:
        page.goto(f"{home}/map/")
        page.locator(".chart[data-drawn=whole] svg").wait_for()
        page.keyboard.press("l")
        page.locator(".map-frame .chart svg").evaluate("svg => svg.scrollIntoView({ block: 'center' })")
        expect(page.locator("[data-draw=lasso]")).to_have_attribute("aria-pressed", "true")
        box = page.locator(".map-frame .role-frame > g > path.background").first.bounding_box()
        assert box is not None
        # around 91, 12 and past the edge of the map, where ten stand; a rectangle from end to end would hold others
        for step, (x, y) in enumerate(((70, 10), (80, 30), (104, 30), (104, -3), (75, 2))):
            page.mouse.move(box["x"] + box["width"] * x / 100, box["y"] + box["height"] * (1 - y / 100), steps=4)
            if not step:
                page.mouse.down()
        page.mouse.up()
        expect(page.locator("#bar")).to_contain_text("10명 골랐어요")
        assert "lasso=70" in page.url
        assert page.locator("[name=ce_low]").input_value() == "0"
        assert page.locator(".lasso .outline").get_attribute("d")
        page.keyboard.press("Escape")
        expect(page).to_have_url(f"{home}/map/")
        assert page.locator(".lasso .outline").get_attribute("d") == ""

    def test_can_be_drawn_on_where_its_script_comes_later_than_its_picture(self, page: Page, home: str) -> None:
        held: list[Route] = []
        page.route("**/relationship/map*.js", lambda route: held.append(route))
        page.goto(f"{home}/map/", wait_until="commit")
        page.locator(".chart[data-drawn=whole] svg").wait_for()
        held[0].continue_()
        page.locator(".bar.draw").wait_for()
        page.keyboard.press("l")
        expect(page.locator("[data-draw=lasso]")).to_have_attribute("aria-pressed", "true")

    def test_picks_by_keyboard_alone(self, page: Page, home: str) -> None:
        page.goto(f"{home}/map/")
        page.locator(".chart[data-drawn=whole] svg").wait_for()
        low = page.locator("[name=ce_low]")
        low.focus()
        page.keyboard.press("Control+A")
        page.keyboard.type("80")
        expect(page.locator("#bar")).to_contain_text("10명 골랐어요")
        expect(low).to_be_focused()
        expect(page).to_have_url(f"{home}/map/?ce_low=80&ce_high=100")

    def test_carries_a_region_to_the_plan(self, page: Page, home: str) -> None:
        page.goto(f"{home}/map/")
        page.get_by_role("button", name="더 챙길 고객 모두 고르기").click()
        expect(page.locator("#bar")).to_contain_text("10명 골랐어요")
        page.get_by_role("link", name="캠페인 계획하기").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("캠페인 계획하기")
        expect(page.locator("main")).to_contain_text("더 챙길 고객")


class TestPlan:
    def test_shows_the_letter_while_one_writes(self, page: Page, home: str) -> None:
        page.goto(f"{home}/campaigns/plan/?region=II&channel=till_coupon")
        page.get_by_label("보낼 글").fill("{{이름}}님 반가워요")
        expect(page.locator("#letter")).to_contain_text("님 반가워요")
        page.get_by_label("보낼 글").fill("{{없음}}")
        expect(page.locator("#letter")).to_contain_text("{{없음}}")

    def test_goes_from_the_plan_to_the_sent_campaign(self, page: Page, home: str) -> None:
        page.goto(f"{home}/campaigns/plan/?region=II&channel=till_coupon")
        page.get_by_label("대조군").fill("30")
        page.get_by_role("button", name="한 번 더 확인하기").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("보낼까요?")
        page.get_by_role("checkbox", name="누가 불리한지 확인했고").check()  # the mothers' club gets none of it
        page.get_by_role("button", name="에게 보내기").click()
        expect(page.locator("main")).to_contain_text("에게 보냈어요.")


def _draw(page: Page) -> None:
    """Draw a rectangle in the lower right of the map."""
    picture = page.locator(".chart[data-drawn=whole] svg")
    picture.wait_for()
    box = picture.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * 0.55, box["y"] + box["height"] * 0.4
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 60, steps=3)
    page.mouse.move(box["x"] + box["width"] * 0.95, box["y"] + box["height"] * 0.78, steps=5)
    page.mouse.up()


def test_the_map_says_that_it_counts_where_the_answer_lets_itself_be_waited_for(open_page: OpenPage, home: str) -> None:
    page, held = open_page(width=390, language="en"), []
    page.goto(f"{home}/map/")
    page.wait_for_load_state("networkidle")
    counting = page.locator("#counting")
    expect(counting).to_be_hidden()
    page.route("**/map/?*region=*", lambda route: held.append(route))
    page.locator("[data-region=II]").click(no_wait_after=True)
    expect(counting).to_be_visible()
    held[0].continue_()
    expect(page.locator("#bar .picked")).to_be_visible()
    expect(counting).to_be_hidden()
