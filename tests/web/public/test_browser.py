"""The customers' own pages in a real browser: on a phone, with and without scripts, usable by everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from dangol.contact.delivery.models import Displayed
from dangol.contact.intake import joining as door
from dangol.contact.intake.models import SignUp
from dangol.records.customers import own_pages
from dangol.records.customers.models import Customer
from dangol.records.customers.own_pages import CONSENT, DATA, PAGES, STOP, WISHES, OwnPage
from dangol.records.permission.models import Consent
from dangol.records.permission.preferences import topics_of
from dangol.records.permission.standing import standing
from dangol.records.rights.erasure import erase_for
from dangol.records.rights.models import Request
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.public import joining
from tests.pages import OpenPage, Problems
from tests.web.accessibility import faults
from tests.web.public.conftest import path_to, somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VIEWS: list[tuple[int, Literal["ko", "en"], Literal["light", "dark"]]] = [
    (390, "ko", "light"), (390, "en", "dark"), (1280, "ko", "dark"),
]  # fmt: skip


@pytest.fixture
def home(live_server: LiveServer) -> str:
    """Return the address of the served shop."""
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def plain(browser: Browser, problems: Problems) -> Iterator[Page]:
    """Return a phone's page that runs no scripts and keeps no cookies of anybody."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="ko-KR", java_script_enabled=False, has_touch=True
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    problems.watch(page)
    yield page
    context.close()
    assert not problems.found, "\n".join(problems.found)


def address(home: str, page: OwnPage, person: Customer, **about: str) -> str:
    return home + path_to(page, person, **about)  # type: ignore[arg-type]


def code() -> str:
    """The code of the last message that holds one."""
    found = (
        re.search(r"〔(\d{6})〕", text) for text in Displayed.objects.order_by("-pk").values_list("text", flat=True)
    )
    return next(one[1] for one in found if one)


def prove(page: Page) -> None:
    """Have a code sent and write it."""
    page.get_by_role("button", name="인증번호 받기").click()
    page.get_by_label("인증번호", exact=True).fill(code())
    page.get_by_role("button", name="내 정보 열기").click()
    expect(page.get_by_role("link", name="보기와 내려받기")).to_be_visible()


@pytest.mark.parametrize(("width", "language", "scheme"), VIEWS)
def test_everybody_can_use_every_page(
    open_page: OpenPage, home: str, person: Customer, width: int, language: Literal["ko", "en"],
    scheme: Literal["light", "dark"],
) -> None:  # fmt: skip
    page, found = open_page(width=width, language=language, scheme=scheme), {}
    child = somebody("문태오", "+821055504321", agreed=None, birth_date=clock.now().date().replace(year=2020, day=1))
    paths = [path_to(one, person, word="sms:") for one in PAGES.values()]
    for path in [*paths, path_to(CONSENT, child), "/my/", "/my/?sent=1", "/my/nowhere/", "/privacy/notice/"]:
        page.goto(home + path)
        found[path] = faults(page)
    data = path_to(DATA, person)
    page.goto(home + data)
    page.locator("form[action*='/code/'] button").click()
    page.locator("#code").fill(code())
    found["code"] = faults(page)
    page.locator("form:has(#code) button").click()
    for part in ("", "see/", "correct/", "explain/", "object/", "stop/", "erase/", "requests/"):
        page.goto(f"{home}{data}{part}")
        for details in page.locator("details").all():
            details.evaluate("one => { one.open = true }")
        found[part] = faults(page)
    assert {path: told for path, told in found.items() if told} == {}


class TestStop:
    def test_works_without_scripts(self, plain: Page, home: str, person: Customer) -> None:
        plain.goto(address(home, STOP, person, word="sms:"))
        plain.get_by_role("button", name="문자 광고만 그만 받기").click()
        expect(plain.get_by_role("status")).to_contain_text("더 보내 드리지 않습니다")
        assert standing(person).agreed("marketing", channel="sms") is None
        plain.get_by_role("button", name="되돌리기").click()
        expect(plain.get_by_role("status")).to_contain_text("다시 보내 드립니다")
        assert standing(person).agreed("marketing", channel="sms") is not None
        assert plain.context.cookies() == []


class TestWishes:
    def test_saves_a_press_at_once_where_it_was_made(self, open_page: OpenPage, home: str, person: Customer) -> None:
        page = open_page(width=390)
        page.goto(address(home, WISHES, person))
        press = page.get_by_role("switch", name="가게 소식")
        press.scroll_into_view_if_needed()
        expect(press).to_be_checked()
        press.click()
        expect(press).not_to_be_checked()
        expect(page.get_by_role("status")).to_contain_text("가게 소식")
        assert [str(topic) for topic, wanted in topics_of(person) if not wanted] == ["가게 소식"]
        page.get_by_role("button", name="되돌리기").click()
        expect(press).to_be_checked()

    def test_works_without_scripts(self, plain: Page, home: str, person: Customer) -> None:
        plain.goto(address(home, WISHES, person))
        plain.get_by_role("button", name="30일에 많아야 1번").click()
        expect(plain.get_by_role("button", name="30일에 많아야 1번")).to_have_attribute("aria-pressed", "true")
        plain.get_by_role("link", name="English").click()
        expect(plain.get_by_role("heading", level=1)).to_have_text("Your choices")


class TestConsent:
    def test_ticks_all_in_the_browser_and_stores_each(self, open_page: OpenPage, home: str) -> None:
        newcomer = somebody("황보라", "+821055505678", agreed=None)
        page = open_page(width=390)
        page.goto(address(home, CONSENT, newcomer))
        boxes = page.locator("input[data-question]")
        assert [box.is_checked() for box in boxes.all()] == [False] * 3
        page.get_by_label("이 화면의 항목에 모두 표시하기").check()
        assert [box.is_checked() for box in boxes.all()] == [True] * 3
        boxes.last.uncheck()
        expect(page.get_by_label("이 화면의 항목에 모두 표시하기")).not_to_be_checked()
        page.get_by_label("만 14세 이상입니다").check()
        page.get_by_role("button", name="선택한 대로 보내기").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("답하신 내용을 기록했습니다")
        told = dict(Consent.objects.filter(customer=newcomer).values_list("purpose", "granted"))
        assert told == {"collection": True, "marketing": True, "night": False}

    def test_takes_the_required_one_alone_without_scripts(self, plain: Page, home: str) -> None:
        newcomer = somebody("황보라", "+821055505678", agreed=None)
        plain.goto(address(home, CONSENT, newcomer))
        expect(plain.locator("#all")).to_be_hidden()
        plain.get_by_label("동의합니다", exact=True).check()
        plain.get_by_label("만 14세 이상입니다").check()
        plain.get_by_role("button", name="선택한 대로 보내기").click()
        expect(plain.get_by_role("heading", level=1)).to_have_text("답하신 내용을 기록했습니다")
        agreed = Consent.objects.filter(customer=newcomer, granted=True).values_list("purpose", flat=True)
        assert list(agreed) == ["collection"]


class TestMyData:
    @pytest.mark.parametrize("scripts", [True, False])
    def test_leads_from_a_number_to_being_forgotten(
        self, open_page: OpenPage, plain: Page, home: str, person: Customer, problems: Problems, scripts: bool
    ) -> None:
        page = open_page(width=390) if scripts else plain
        page.goto(f"{home}/my/")
        page.get_by_label("전화번호, 이메일 주소, 회원 번호").fill("010-5550-1234")
        page.get_by_role("button", name="링크 받기").click()
        expect(page.get_by_role("status")).to_contain_text("보내 드립니다")
        found = re.search(r"/my/data/[-\w]+/", Displayed.objects.latest("pk").text)
        assert found is not None
        page.goto(home + found[0])
        prove(page)
        page.get_by_role("link", name="보기와 내려받기").click()
        expect(page.get_by_text("정다은", exact=True)).to_be_visible()
        page.get_by_role("link", name="내 정보로 돌아가기").click()
        page.get_by_role("link", name="고치기").click()
        page.get_by_label("우편 주소").fill("서울시 중구 세종대로 110")
        page.get_by_role("button", name="바꾸기").click()
        expect(page.get_by_role("status")).to_contain_text("연락처를 바꾸었습니다")
        page.get_by_role("link", name="내 정보로 돌아가기").click()
        page.get_by_role("link", name="탈퇴하고 정보 지우기").click()
        page.get_by_role("button", name="인증번호 받기").click()
        page.get_by_label("인증번호", exact=True).fill(code())
        page.get_by_label("되돌릴 수 없음을 이해했습니다.").check()
        page.get_by_role("button", name="내 정보 지우기 신청").click()
        expect(page.get_by_role("status")).to_contain_text("탈퇴와 삭제를 신청하셨습니다")
        request = Request.objects.get(customer=person, kind="erase")
        erase_for(request, by=User.objects.create(username="owner", role=User.Role.OWNER), at=clock.now())
        page.goto(home + found[0])
        expect(page.get_by_role("heading", level=1)).to_have_text("열리지 않는 링크입니다")
        assert person.full_name not in page.content()


def test_the_picture_at_the_counter_passes_the_policy(open_page: OpenPage, home: str, person: Customer) -> None:
    page = open_page(width=1280)
    page.goto(home)
    page.goto(f"{home}/customers/{person.pk}/link/")
    page.get_by_role("button", name="매장에서 보여 주기").first.click()
    link = page.get_by_role("textbox", name="복사할 링크").input_value()
    assert link.startswith(own_pages.address(CONSENT.path))
    box = page.locator(".qr svg").bounding_box()
    assert box is not None and box["width"] > 150
    assert faults(page) == []


class TestJoining:
    def test_is_done_on_a_phone_without_scripts_and_by_everybody(
        self, plain: Page, open_page: OpenPage, home: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(joining, "QUICK", timedelta(0))
        door.set_door(is_open=True, asks=["birth_date", "gender", "postcode"], by=None, at=clock.now())
        page = open_page(width=390, language="en", scheme="dark")
        page.goto(f"{home}/join/?from=hospital")
        assert faults(page) == []
        plain.goto(f"{home}/join/?from=hospital")
        plain.get_by_label("이름").fill("김새봄")
        plain.get_by_role("button", name="가입 신청").click()
        expect(plain.get_by_role("alert").first).to_be_visible()
        plain.get_by_label("휴대폰 번호").fill("010-2345-6789")
        plain.get_by_label("동의합니다", exact=True).check()
        plain.get_by_label("만 14세 이상입니다").check()
        plain.get_by_role("button", name="가입 신청").click()
        expect(plain.get_by_role("heading", level=1)).to_have_text("고맙습니다")
        one = SignUp.objects.get()
        assert (one.full_name, one.mobile, one.medium) == ("김새봄", "+821023456789", "hospital")
        assert one.receipt in plain.get_by_role("status").inner_text()
        assert plain.context.cookies() == []
