"""What people wrote to a shop, made up: enough of it to learn from, and never twice the same."""

from __future__ import annotations

from itertools import product

import pytest

from dangol.insight.analysis.voices.labelling import TextLabeller
from dangol.insight.analysis.voices.teaching import train

SAID = {
    "delivery": (
        ("배송이", "택배가", "기사님이", "도착이"),
        ("늦게 왔어요", "하루 만에 왔네요", "문 앞에 없었어요", "엉뚱한 집으로 갔습니다", "너무 오래 걸려요", "빨라요"),
    ),
    "staff": (
        ("직원이", "점원분이", "상담원이", "사장님이"),
        ("불친절해요", "정말 친절했어요", "말을 함부로 합니다", "설명을 잘 해요", "인사도 안 해요", "웃어 줘요"),
    ),
    "price": (
        ("가격이", "값이", "할인이", "요금이"),
        ("너무 비싸요", "저렴해서 좋아요", "옆 가게보다 높아요", "왜 또 올랐나요", "부담됩니다", "마음에 들어요"),
    ),
}  # fmt: skip


def complaints() -> tuple[list[str], list[str]]:
    """Texts, and what each is about."""
    both = [(f"{one} {other}", about) for about, parts in SAID.items() for one, other in product(*parts)]
    return [text for text, _about in both], [about for _text, about in both]


@pytest.fixture(scope="session")
def taught() -> TextLabeller:
    """A labeller that learned what these texts are about."""
    return train(*complaints())
