"""A partner's file in a real browser: chosen, looked at, its ground stated, taken in, ended; for everybody to use."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from pytest_django.live_server_helper import LiveServer

from dangol.records.customers.models import Identity, PartnerDetail, PartnerSet
from tests.pages import OpenPage
from tests.web.accessibility import faults
from tests.web.business import business

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VIEWS: list[tuple[int, Literal["ko", "en"], Literal["light", "dark"]]] = [
    (1280, "ko", "light"), (390, "en", "dark"),
]  # fmt: skip
SAID = {
    "partner": "하나카드", "dataset": "등급 10월", "received_on": "2026-10-01", "purpose": "등급에 맞는 혜택 안내",
    "evidence": "제3자 제공 동의서 v3",
}  # fmt: skip


@pytest.mark.parametrize(("width", "language", "scheme"), VIEWS)
def test_is_taken_in_and_ended_by_anybody(
    open_page: OpenPage,
    live_server: LiveServer,
    settings: Any,
    tmp_path: Path,
    width: int,
    language: Literal["ko", "en"],
    scheme: Literal["light", "dark"],
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    settings.DANGOL_HOME, settings.DANGOL_KEYS = tmp_path, tmp_path / "keys.json"
    business(4)
    number, person = Identity.objects.values_list("external_id", "customer_id").earliest("pk")
    file = tmp_path / "card.csv"
    file.write_text(f"회원번호,성명,등급\n{number},김단골,골드\nX9,모르는 이,실버\n", encoding="utf-8")
    page = open_page(width=width, language=language, scheme=scheme)
    address = live_server.url.replace("127.0.0.1", "localhost")
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        page.wait_for_load_state("networkidle")
        found[name] = faults(page)

    page.goto(f"{address}/import/")
    look("choose")
    page.set_input_files("input[type=file]", file)
    page.select_option("[name=kind]", "details")
    page.click("form.upload .btn.act")
    page.wait_for_url("**/details/")
    page.wait_for_selector("#trial dl")
    look("file")
    page.click("#columns .btn.act")
    page.wait_for_selector("#columns .err")
    look("refused")
    for name, text in SAID.items():
        page.fill(f"[name={name}]", text)
    page.click("#columns .btn.act")
    page.wait_for_url("**/result/*/")
    look("result")
    assert PartnerDetail.objects.get().told == {"등급": "골드"}
    for name in (f"customers/{person}", "privacy/partners", f"privacy/partners/{PartnerSet.objects.get().pk}"):
        page.goto(f"{address}/{name}/")
        look(name)
    page.fill("[name=reason]", "계약이 끝남")
    page.click("form .btn.bad")
    page.wait_for_load_state("networkidle")
    look("ended")
    page.goto(f"{address}/privacy/partners/")
    look("list of ended")
    assert not PartnerDetail.objects.exists()
    assert {name: told for name, told in found.items() if told} == {}
