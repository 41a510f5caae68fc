"""The pages of access log, review and breach workspace in a real browser: everybody can use them, at every width."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from dangol.records.customers.models import Customer
from dangol.records.staff.access import spool, store
from dangol.records.staff.access.entries import Entry
from dangol.records.staff.breach import actions
from dangol.records.staff.breach.models import Incident
from dangol.records.staff.models import User
from tests.pages import OpenPage
from tests.records.staff.breach.incident import KNOWN
from tests.web.accessibility import BESIDE, faults
from tests.web.business import business

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AT = datetime(2026, 10, 5, 3, tzinfo=UTC)
VIEWS: list[tuple[int, Literal["ko", "en"], Literal["light", "dark"]]] = [
    (1280, "ko", "light"), (1280, "en", "dark"), (390, "ko", "dark"), (390, "en", "light"),
]  # fmt: skip


@pytest.fixture
def home(live_server: LiveServer, settings: Any, tmp_path: Path) -> str:
    """Return the address of a business whose people were looked at, and leaked."""
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
    people = business(8)
    for minute in range(70):
        verb = ("saw", "took", "refused", "unmasked")[minute % 10 if minute % 10 < 4 else 0]
        spool.append(Entry(at=AT + timedelta(minutes=minute), verb=verb, page="customer", user_id=7, user="윤지",
                           role="agent", place="10.0.0.7", query="q=정다은", reason="가을 배송에 쓸 봉투",
                           subjects=tuple(one.pk for one in people[: 1 + minute % 8])))  # fmt: skip
    store.seal()
    by = User.objects.create(username="seoyeon", first_name="서연", role=User.Role.AUDITOR)
    told = actions.open_incident(
        "잃어버린 노트북", standing="certain", aware_at=AT, by=by, at=AT, intrusion=True, **KNOWN
    )
    actions.add_people(told, [one.pk for one in people], how="log", text="윤지", by=by, at=AT)
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.mark.parametrize(("width", "language", "scheme"), VIEWS)
def test_everybody_can_use_every_page(
    open_page: OpenPage, home: str, width: int, language: Literal["ko", "en"], scheme: Literal["light", "dark"]
) -> None:
    page = open_page(width=width, language=language, scheme=scheme)
    page.goto(home)
    found: dict[str, list[str]] = {}
    first = Customer.objects.earliest("pk")
    incident = f"breaches/{Incident.objects.get().pk}/"
    for path in (
        "access/", f"access/?customer={first.pk}", "access/?verb=granted", "access/file/", "access/3/", "review/",
        "review/2026-10/", "review/2026-08/", "breaches/", "breaches/open/", incident,
    ):  # fmt: skip
        page.goto(f"{home}/privacy/{path}")
        found[path] = faults(page, narrow=BESIDE if width > BESIDE else None)
    for closed in page.locator("summary").all():
        if closed.is_visible() and not closed.evaluate("one => one.parentElement.open"):
            closed.click()
    found["incident, unfolded"] = faults(page)
    assert {path: told for path, told in found.items() if told} == {}


def test_an_incident_is_opened_and_people_are_found_by_the_log(page: Page, home: str) -> None:
    page.goto(f"{home}/privacy/breaches/open/")
    page.get_by_label("무슨 일인지 짧게").fill("잘못 보낸 명단")
    page.get_by_label("유출인가요?").select_option("possible")
    page.get_by_role("button", name="사건 열기").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("잘못 보낸 명단")
    page.get_by_label("언제부터").fill("2026-10-05T00:00")
    page.get_by_role("button", name="세어 보기").click()
    expect(page.get_by_text("8명의 정보였어요.")).to_be_visible()
    page.get_by_role("button", name="넣기").first.click()
    expect(page.get_by_text("8명을 넣었어요.")).to_be_visible()
