"""The privacy notice: what is asked, what the law keeps, who else handles data, what people can demand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from dangol.records.permission.texts import current_text
from dangol.records.staff.models import Contract
from dangol.web import clock

pytestmark = [pytest.mark.django_db, pytest.mark.store]


@pytest.fixture
def notice(browser_: Client) -> Any:
    """Return a function that reads the notice."""
    return lambda: browser_.get("/privacy/notice/").content.decode()


def test_shows_the_texts_as_they_are_published(notice: Any) -> None:
    text = current_text("marketing", language="ko")
    assert text is not None
    assert text.title in notice() and text.retention[:15] in notice()


def test_names_who_handles_data_for_us_apart_from_who_does_so_for_themselves(notice: Any) -> None:
    for name, status in (("문자길", "processor"), ("제휴사", "third_party"), ("옛 회사", "processor")):
        Contract.objects.create(
            recipient=name, status=status, purpose="보내기", country="KR", signed_on=date(2026, 1, 1), at=clock.now(),
            ends_on=date(2026, 2, 1) if name == "옛 회사" else None,
        )  # fmt: skip
    page = notice()
    assert page.index("문자길") < page.index("제휴사")
    assert "옛 회사" not in page


def test_says_within_how_many_days_each_demand_is_answered(notice: Any) -> None:
    assert "10" in notice() and "30" in notice()
    assert 'href="/my/"' in notice()


def test_puts_the_business_and_how_to_reach_it_at_the_head(notice: Any) -> None:
    head = notice().partition("<main")[0]
    assert "우리목장" in head and "02-123-4567" in head
