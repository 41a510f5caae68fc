"""Days and times as people read them, in both languages."""

from datetime import datetime

import pytest
from django.utils import translation
from django.utils.formats import date_format

MORNING, EVENING = datetime(2026, 11, 29, 7, 3), datetime(2026, 11, 29, 19, 3)


@pytest.mark.parametrize(("language", "at", "whole", "time"), [
    ("ko", MORNING, "2026년 11월 29일 오전 7:03", "오전 7:03"),
    ("ko", EVENING, "2026년 11월 29일 오후 7:03", "오후 7:03"),
    ("en", MORNING, "Nov. 29, 2026, 7:03 a.m.", "7:03 a.m."),
])  # fmt: skip
def test_the_time_of_day_is_said_alike_alone_and_with_its_day(
    language: str, at: datetime, whole: str, time: str
) -> None:
    with translation.override(language):
        assert date_format(at, "DATETIME_FORMAT") == whole
        assert date_format(at, "TIME_FORMAT") == time
