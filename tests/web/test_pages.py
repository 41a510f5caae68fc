"""Pages in a real browser: everybody can use them, at every width, by mouse, finger and keyboard."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from django.core.signals import request_started
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from dangol.records.customers.models import Customer
from dangol.records.staff.models import User
from tests.pages import OpenPage, Requests
from tests.web.accessibility import BESIDE, faults
from tests.web.business import business, campaign

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VIEWS: list[tuple[int, Literal["ko", "en"], Literal["light", "dark"]]] = [
    (1280, "ko", "light"), (1280, "en", "dark"), (390, "ko", "dark"), (390, "en", "light"),
]  # fmt: skip


@pytest.fixture
def home(live_server: LiveServer) -> str:
    """Return the address of a served business with customers, values and a measured campaign."""
    business()
    campaign()
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.mark.parametrize(("width", "language", "scheme"), VIEWS)
def test_everybody_can_use_every_page(
    open_page: OpenPage, home: str, width: int, language: Literal["ko", "en"], scheme: Literal["light", "dark"]
) -> None:
    page = open_page(width=width, language=language, scheme=scheme)
    found: dict[str, list[str]] = {}
    first, unknown = Customer.objects.order_by("pk")[:4:3]
    for path in ("/", "/customers/", f"/customers/{first.pk}/", f"/customers/{unknown.pk}/", "/customers/?q=nobody",
                 "/messages/", "/start/", "/password/"):  # fmt: skip
        page.goto(f"{home}{path}")
        found[path] = faults(page, narrow=BESIDE if width > BESIDE else None)
    page.get_by_role("button", name="화면과 계정" if language == "ko" else "View and account").or_(
        page.get_by_role("button", name="더 보기" if language == "ko" else "More")
    ).locator("visible=true").click()
    found["menu"] = faults(page)
    assert {path: told for path, told in found.items() if told} == {}


def test_empty_pages_and_the_sign_in_can_be_used_too(open_page: OpenPage, live_server: LiveServer) -> None:
    address = live_server.url.replace("127.0.0.1", "localhost")
    page = open_page(language="en")
    found = {}
    for path in ("/", "/customers/", "/messages/"):
        page.goto(f"{address}{path}")
        found[path] = faults(page)
    second = open_page(width=390, language="en", scheme="dark")
    second.goto(address)
    found["first password"] = faults(second)
    owner = User.objects.get()
    owner.set_password("우유배달부 한 사람")
    owner.save()
    second.goto(address)
    found["sign in"] = faults(second)
    assert {path: told for path, told in found.items() if told} == {}


def test_a_picture_half_drawn_is_waited_for(open_page: OpenPage, live_server: LiveServer) -> None:
    page = open_page(language="en")
    page.goto(live_server.url.replace("127.0.0.1", "localhost"))
    drawn = "picture.dataset.drawn = 'whole'; picture.remove()"
    page.evaluate(f"""() => {{
        const picture = document.createElement('div');
        picture.className = 'chart'; picture.dataset.spec = '/none';
        document.querySelector('main').append(picture);
        setTimeout(() => {{ {drawn}; document.title = 'drawn'; }}, 700);
    }}""")
    assert faults(page) == []
    assert page.title() == "drawn"


@pytest.fixture
def left_behind(requests: Requests) -> Iterator[Callable[[Page], None]]:
    """Return how a page is closed while the server still works on what it asked; at the end nothing is in hand."""
    held = threading.Event()

    def hold(**_: Any) -> None:
        held.set()
        time.sleep(0.7)

    def leave(page: Page) -> None:
        request_started.connect(hold)
        page.evaluate("() => { void fetch('/'); }")
        assert held.wait(10)

    yield leave
    request_started.disconnect(hold)
    assert requests.in_hand == 0


def test_a_closed_page_leaves_no_request_behind(
    left_behind: Callable[[Page], None], open_page: OpenPage, live_server: LiveServer
) -> None:
    page = open_page()
    page.goto(live_server.url.replace("127.0.0.1", "localhost"))
    left_behind(page)


class TestKeys:
    def test_lead_through_the_pages_with_hangul_on(self, page: Page, home: str) -> None:
        page.goto(home)
        _press(page, "KeyG", "ㅎ")
        _press(page, "KeyC", "ㅊ")
        expect(page.get_by_role("heading", level=1)).to_have_text("고객")
        _press(page, "KeyJ", "ㅓ")
        expect(page.get_by_role("link", name="정다은")).to_be_focused()
        _press(page, "KeyJ", "ㅓ")
        _press(page, "KeyK", "ㅏ")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("정다은")
        page.keyboard.press("Escape")
        expect(page.get_by_role("heading", level=1)).to_have_text("고객")

    def test_rest_while_somebody_types(self, page: Page, home: str) -> None:
        page.goto(home)
        page.keyboard.press("/")
        find = page.get_by_role("combobox", name="고객 찾기")
        expect(find).to_be_focused()
        page.keyboard.type("gc?")
        expect(find).to_have_value("gc?")
        expect(page.get_by_role("heading", level=1)).to_contain_text("오늘")
        # Nobody types into a slider.
        page.evaluate("document.querySelector('main').innerHTML += '<input type=range id=slider>'")
        page.locator("#slider").focus()
        page.keyboard.press("/")
        expect(find).to_be_focused()

    def test_are_explained_and_can_be_switched_off(self, page: Page, home: str) -> None:
        page.goto(home)
        page.keyboard.press("Shift+Slash")
        help_ = page.get_by_role("dialog", name="단축키")
        expect(help_).to_be_visible()
        help_.get_by_label("이 기기에서 단축키 쓰기").uncheck()
        page.keyboard.press("Escape")
        expect(help_).to_be_hidden()
        page.reload()
        page.keyboard.press("/")
        expect(page.get_by_role("combobox", name="고객 찾기")).not_to_be_focused()


class TestList:
    def test_narrows_while_one_types_and_picks(self, page: Page, home: str) -> None:
        page.goto(f"{home}/customers/")
        rows = page.locator("tbody tr")
        expect(rows).to_have_count(8)
        page.get_by_text("II 더 챙김", exact=True).first.click()
        expect(rows).to_have_count(2)
        expect(page.locator("main").get_by_role("status").first).to_contain_text("2명")
        page.get_by_role("searchbox").fill("ㅈㄷ")
        expect(rows).to_have_count(1)
        expect(page).to_have_url(f"{home}/customers/?q=%E3%85%88%E3%84%B7&region=II")
        page.go_back()
        expect(rows).to_have_count(2)

    def test_opens_a_row_wherever_it_is_touched(self, open_page: OpenPage, home: str) -> None:
        page = open_page(width=390)
        page.goto(f"{home}/customers/")
        page.locator("tbody tr").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("정다은")


class TestProfile:
    def test_filters_its_history_in_place(self, page: Page, home: str) -> None:
        page.goto(f"{home}/customers/{Customer.objects.order_by('pk')[0].pk}/")
        history = page.locator("#timeline")
        expect(history).to_contain_text("불만을 알렸어요")
        history.get_by_role("link", name="캠페인").click()
        expect(history).not_to_contain_text("불만을 알렸어요")
        expect(history).to_contain_text("효과를 재려고 남겨 둔 대조군이에요")


class TestTheme:
    def test_is_kept_on_this_device(self, page: Page, home: str) -> None:
        page.goto(home)
        paper = "getComputedStyle(document.body).backgroundColor"
        light = page.evaluate(paper)
        page.get_by_role("button", name="화면과 계정").click()
        page.get_by_role("button", name="어둡게").click()
        dark = page.evaluate(paper)
        assert dark != light
        page.reload()
        assert page.evaluate(paper) == dark


class TestLanguage:
    def test_changes_with_one_press(self, page: Page, home: str) -> None:
        page.goto(f"{home}/customers/?region=II")
        page.get_by_role("button", name="English").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Customers")
        expect(page).to_have_url(f"{home}/customers/?region=II")
        expect(page.locator("tbody tr")).to_have_count(2)


class TestToast:
    def test_tells_what_happened_and_goes_when_told(self, page: Page, home: str) -> None:
        page.goto(f"{home}/password/")
        for field in page.locator("input[type=password]").all():
            field.fill("우유배달부 한 사람")
        page.get_by_role("button", name="비밀번호 저장하기").click()
        toast = page.locator(".toast", has_text="비밀번호를 정했어요.")
        expect(toast).to_be_visible()
        toast.get_by_role("button", name="닫기").click()
        expect(toast).to_have_count(0)


class TestEnterSends:
    @pytest.mark.parametrize(
        "events",
        [
            # Latin: one plain Enter
            [("keydown", False)],
            # Windows: the key comes while composing, then the syllable ends
            [("compositionstart", ""), ("keydown", True), ("compositionend", "정")],
            # Safari: the syllable ends first, then the key comes again at once
            [("compositionstart", ""), ("keydown", True), ("compositionend", "정"), ("keydown", False)],
        ],
    )
    def test_once_in_hangul_as_in_latin(self, page: Page, home: str, events: list[tuple[str, bool | str]]) -> None:
        page.goto(home)
        sent = page.evaluate(
            """async events => {
                const { enterSends } = await import("/static/shell/enter-sends.js");
                const field = document.createElement("textarea");
                document.body.append(field);
                let sent = 0;
                enterSends(field, () => { sent += 1; });
                const enter = { code: "Enter", key: "Enter", bubbles: true, cancelable: true };
                for (const [kind, value] of events) field.dispatchEvent(kind === "keydown"
                    ? new KeyboardEvent(kind, { ...enter, isComposing: value })
                    : new CompositionEvent(kind, { data: value }));
                await new Promise(done => setTimeout(done, 50));
                return sent;
            }""",
            events,
        )
        assert sent == 1


def _press(page: Page, code: str, key: str) -> None:
    """A key as a Hangul keyboard sends it: its place, and a letter that is not its Latin one."""
    page.wait_for_load_state()  # keys are heard once the page has its scripts, which come after its words
    page.evaluate(
        "([code, key]) => (document.activeElement ?? document.body).dispatchEvent("
        "new KeyboardEvent('keydown', { code, key, bubbles: true, cancelable: true }))",
        [code, key],
    )
