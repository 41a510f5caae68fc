"""What comes with Dangol tells bad from good, is silent where it is not sure, and says where it is from."""

from __future__ import annotations

from dangol.insight.analysis.voices import shipped

from .shop_sentences import COMPLAINTS, PRAISE

BAD = ["정말 최악이에요. 다시는 안 갑니다", "돈이 아깝네요 실망입니다", "너무 짜증나고 불쾌했어요"]
GOOD = ["정말 최고예요! 또 올게요", "너무 좋아요 강추합니다", "감동이었어요. 최고입니다"]


class TestSentiment:
    def test_tells_bad_from_good(self) -> None:
        told = shipped.sentiment().tell(BAD + GOOD, certainty=shipped.CERTAINTY)
        assert told.labels == (shipped.NEGATIVE,) * 3 + (shipped.POSITIVE,) * 3

    def test_is_right_of_a_shop_where_it_answers_and_answers_less_than_half(self) -> None:
        told = shipped.sentiment().tell(COMPLAINTS + PRAISE, certainty=shipped.CERTAINTY).labels
        truth = [shipped.NEGATIVE] * len(COMPLAINTS) + [shipped.POSITIVE] * len(PRAISE)
        answered = [one == other for one, other in zip(told, truth, strict=True) if one is not None]
        assert all(answered) and 10 <= len(answered) < len(truth) / 2

    def test_says_nothing_of_nothing(self) -> None:
        told = shipped.sentiment().tell(["", " \n", "12:30"], certainty=shipped.CERTAINTY)
        assert told.labels == (None, None, None)
        assert told.known[:2].tolist() == [0, 0]

    def test_explains_itself_by_words(self) -> None:
        words = shipped.sentiment().words_
        assert "최악" in [one.word for one in words[shipped.NEGATIVE]]
        assert "최고" in [one.word for one in words[shipped.POSITIVE]]

    def test_is_small_and_says_where_it_comes_from_and_how_well_it_does(self) -> None:
        about = shipped.about()
        assert shipped.FILE.stat().st_size <= 3_000_000
        assert about["licence"] == "CC0" and about["texts"] == 40_000
        assert about["accuracy"] >= 0.86
        assert about["trades"][0]["coverage"] == 1
