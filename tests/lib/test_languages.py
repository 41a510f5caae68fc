"""The language that whoever looks reads."""

from __future__ import annotations

import pytest
from django.utils import translation

from dangol.lib.languages import speaks


class TestSpeaks:
    @pytest.mark.parametrize(("active", "told"), [("ko", "ko"), ("ko-kr", "ko"), ("en", "en"), ("en-gb", "en")])
    def test_is_one_of_two(self, active: str, told: str) -> None:
        with translation.override(active):
            assert speaks() == told

    def test_is_korean_where_nobody_said(self) -> None:
        with translation.override(None):
            translation.deactivate_all()
            assert speaks() == "ko"
