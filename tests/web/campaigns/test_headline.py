"""What a result may claim, and when it may claim nothing."""

from __future__ import annotations

from django.utils.translation import override

from dangol.insight.analysis.models import Effect
from dangol.web.campaigns.results import headline

FOUND = Effect(effect=4200, ci_low=1100, ci_high=7300)


class TestHeadline:
    def test_says_what_changed_when_the_weeks_are_over(self) -> None:
        with override("en"):
            assert headline(FOUND, sound=True, final=True).startswith("Each customer we planned to reach bought")

    def test_calls_an_early_look_a_first_look(self) -> None:
        with override("en"):
            assert headline(FOUND, sound=True, final=False).startswith("A first look, not a result yet")

    def test_claims_nothing_when_the_arms_are_not_as_planned(self) -> None:
        with override("en"):
            told = headline(FOUND, sound=False, final=True)
        assert told == "No effect can be read off this result."
