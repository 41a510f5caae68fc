"""The box that finds a customer from every page, and the same asked by programs and at the terminal."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from playwright.sync_api import Page, expect

from dangol.records.customers.models import Customer, Identity
from dangol.records.customers.search_index import index
from dangol.records.staff.access import store
from dangol.records.staff.roles import Role
from tests.pages import OpenPage
from tests.records.staff.office import staff
from tests.web.business import business, signed_in


@pytest.fixture
def person(db: Any) -> Customer:
    made = business(4)[0]
    made.full_name = "김단골"
    made.save()
    index([made.pk])
    return made


@pytest.mark.django_db
class TestFragment:
    def test_shows_by_what_somebody_was_found(self, client: Client, person: Customer) -> None:
        client.force_login(staff(Role.OWNER))
        page = client.get("/customers/find/", {"q": "500000"}).content.decode()
        assert "김단골" in page and "010-5550-0000" in page
        assert f'href="/customers/{person.pk}/"' in page

    def test_masks_for_who_sees_people_masked(self, client: Client, person: Customer) -> None:
        client.force_login(staff(Role.ANALYST))
        page = client.get("/customers/find/", {"q": "010-5550-0000"}).content.decode()
        assert "김*골" in page and "010-****-0000" in page and "김단골" not in page

    def test_lets_nobody_guess_what_they_see_masked(self, client: Client, person: Customer) -> None:
        for role, found in ((Role.OWNER, True), (Role.ANALYST, False)):
            client.force_login(staff(role))
            assert ("/customers/" in client.get("/customers/find/", {"q": "01055500"}).content.decode()) == found
            assert (client.get("/customers/?q=01055500&sort=name").context["page"].count > 0) == found

    def test_finds_while_a_syllable_is_typed(self, client: Client, person: Customer) -> None:
        client.force_login(staff(Role.OWNER))
        for text in ("ㄱ", "기", "김", "김ㄷ", "김다", "김단", "rlaeks"):
            assert "김단골" in client.get("/customers/find/", {"q": text}).content.decode(), text

    def test_tells_namesakes_apart_by_a_number(self, client: Client, person: Customer) -> None:
        client.force_login(staff(Role.OWNER))
        number = Identity.objects.filter(customer=person).order_by("pk")[0].external_id
        assert number not in client.get("/customers/find/", {"q": "단골"}).content.decode()
        namesake = Customer.objects.create(full_name="김단골", registered_at=person.registered_at)
        Identity.objects.create(customer=namesake, source="own", scheme="customer", external_id="NAMESAKE-7")
        index([namesake.pk])
        page = client.get("/customers/find/", {"q": "단골"}).content.decode()
        assert number in page and "NAMESAKE-7" in page
        client.force_login(staff(Role.ANALYST))
        assert "NAMESAKE-7" not in client.get("/customers/find/", {"q": "김단골"}).content.decode()

    def test_leads_to_the_whole_list_where_there_are_more(self, client: Client, person: Customer) -> None:
        client.force_login(staff(Role.OWNER))
        ids = [
            Customer.objects.create(full_name=f"김{name}", registered_at=person.registered_at).pk
            for name in "가나다라마바사아자"
        ]
        index(ids)
        with translation.override("en"):
            page = client.get("/customers/find/", {"q": "김"}, headers={"Accept-Language": "en"}).content.decode()
        assert page.count('role="option"') == 9 and "?q=%EA%B9%80" in page and "Show more" in page

    def test_says_so_where_there_is_nobody(self, client: Client, person: Customer) -> None:
        client.force_login(staff(Role.OWNER))
        page = client.get("/customers/find/", {"q": "<없음>"}, headers={"Accept-Language": "en"}).content.decode()
        assert "Nobody is found by “&lt;없음&gt;”." in page
        assert client.get("/customers/find/", {"q": " "}).content.decode().strip() == ""

    def test_leaves_a_line_in_the_access_log(self, client: Client, person: Customer) -> None:
        client.force_login(staff(Role.OWNER))
        client.get("/customers/find/", {"q": "김단골"})
        store.seal()
        with store.reading() as log:
            rows = log.execute("SELECT page, query FROM entry WHERE page = 'find'").fetchall()
        assert len(rows) == 1 and "q=" in rows[0][1]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
class TestBox:
    """In Chromium, with its input method driven as an IME does it."""

    def opened(self, open_page: OpenPage, live_server: Any, **how: Any) -> Page:
        page = open_page(**how)
        session = signed_in(Client()).session
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key or "", "url": live_server.url}]
        )
        page.goto(f"{live_server.url}/")
        return page

    def test_is_reached_and_walked_by_keys(self, open_page: OpenPage, live_server: Any, person: Customer) -> None:
        page = self.opened(open_page, live_server)
        page.keyboard.press("/")
        box = page.get_by_role("combobox")
        expect(box).to_be_focused()
        page.keyboard.type("rlaeks")
        expect(page.locator("#found-1")).to_contain_text("김단골")
        expect(box).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("Escape")
        expect(page.locator("#found-box")).to_be_hidden()
        expect(box).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(page.locator("#found-1")).to_have_attribute("aria-selected", "true")
        expect(box).to_have_attribute("aria-activedescendant", "found-1")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/customers/{person.pk}/")

    def test_sends_once_when_enter_ends_a_syllable(
        self, open_page: OpenPage, live_server: Any, person: Customer
    ) -> None:
        page = self.opened(open_page, live_server)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if request.is_navigation_request() else None)
        page.keyboard.press("/")
        ime = page.context.new_cdp_session(page)
        page.keyboard.insert_text("김단")
        for half in ("ㄱ", "고", "골"):
            ime.send("Input.imeSetComposition", {"text": half, "selectionStart": 1, "selectionEnd": 1})
            expect(page.locator("#found-1")).to_contain_text("김단골")
        assert asked == []
        # As Chrome tells it: the key while the syllable is open, then the syllable, no second key.
        key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
        ime.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
        ime.send("Input.insertText", {"text": "골"})
        ime.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
        page.wait_for_url("**/customers/?q=*")
        expect(page.locator("#find")).to_have_value("김단골")
        expect(page.locator("[data-row]")).to_have_count(1)
        assert len(asked) == 1

    @pytest.mark.parametrize("order", ["safari", "twice"])
    def test_sends_once_in_the_orders_of_other_browsers(
        self, open_page: OpenPage, live_server: Any, person: Customer, order: str
    ) -> None:
        """Safari ends the syllable before it tells of the key; Windows may tell of the key again after it."""
        page = self.opened(open_page, live_server)
        page.locator("#find").fill("김단골")
        sent = page.evaluate(
            """async (order) => {
              const field = document.getElementById("find"); let sent = 0;
              field.form.addEventListener("submit", (event) => { event.preventDefault(); sent += 1; });
              const key = (composing) => field.dispatchEvent(new KeyboardEvent("keydown",
                { key: "Enter", code: "Enter", isComposing: composing, bubbles: true, cancelable: true }));
              field.dispatchEvent(new CompositionEvent("compositionstart", { data: "" }));
              if (order === "twice") key(true);
              field.dispatchEvent(new CompositionEvent("compositionend", { data: "골" }));
              key(false);
              await new Promise((done) => setTimeout(done, 200));
              return sent;
            }""",
            order,
        )
        assert sent == 1

    def test_fits_a_phone(self, open_page: OpenPage, live_server: Any, person: Customer) -> None:
        page = self.opened(open_page, live_server, width=390)
        page.locator("#find").tap()
        page.keyboard.type("500000")
        first = page.locator("#found-1 a")
        expect(first).to_be_visible()
        shape = first.bounding_box()
        assert shape is not None and shape["height"] >= 44 and shape["x"] >= 0 and shape["x"] + shape["width"] <= 390
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
