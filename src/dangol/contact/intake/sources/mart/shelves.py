"""What the shops sell: ten departments, each good in a few sizes, the first of each list the best seller."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from dangol.contact.intake.sources.mart.assumptions import FAVOURITE, Real, Whole, Words

# department | good … | sizes | won of the smallest
_SHELVES = """
채소 | 양파 감자 대파 상추 오이 애호박 당근 시금치 콩나물 버섯 | 소 중 대 | 1500
과일 | 사과 바나나 감귤 배 포도 딸기 참외 수박 토마토 | 1봉 1상자 | 4900
정육 | 삼겹살 목살 닭가슴살 국거리 불고기 다짐육 갈비 | 300g 600g 1kg | 8900
수산 | 고등어 오징어 새우 갈치 바지락 연어 미역 김 | 1팩 2팩 | 5500
유제품 | 흰우유 요구르트 치즈 버터 저지방우유 두유 | 소 중 대 | 1800
간식 | 감자칩 초콜릿 비스킷 젤리 견과 떡 빵 아이스크림 | 1개 묶음 | 1700
음료 | 생수 탄산수 오렌지주스 커피 녹차 보리차 맥주 | 500mL 1.5L 묶음 | 1200
가공식품 | 라면 참치캔 즉석밥 만두 어묵 햄 국수 김치 | 1개 4개 묶음 | 2400
생활 | 휴지 세제 주방세제 물티슈 칫솔 치약 샴푸 비누 | 소 대 묶음 | 3900
양념 | 간장 고추장 된장 참기름 식용유 소금 설탕 식초 | 소 대 | 2900
"""


@dataclass(frozen=True)
class Shelves:
    """The goods by number, which department each stands in, and the cumulated odds of each within it."""

    code: Words
    name: Words
    category: Words
    price: Whole
    first: Whole  # the number of each department's first good
    odds: tuple[Real, ...]


@cache
def shelves() -> Shelves:
    """The catalogue, read once."""
    names: list[str] = []
    categories: list[str] = []
    prices: list[int] = []
    first: list[int] = []
    odds: list[Real] = []
    for row in _SHELVES.strip().splitlines():
        department, goods, sizes, least = (cell.strip() for cell in row.split("|"))
        first.append(len(names))
        for place, good in enumerate(goods.split()):
            for step, size in enumerate(sizes.split()):
                names.append(f"{good} {size}")
                categories.append(department)
                prices.append(int(least) * (10 + 3 * (place % 4)) // 10 * (10 + 8 * step) // 100 * 10)
        weights = 1 / np.arange(1, len(names) - first[-1] + 1) ** 0.7
        odds.append(np.cumsum(weights) / weights.sum())
    return Shelves(
        code=np.array([f"G{number:04d}" for number in range(1, len(names) + 1)], dtype=object),
        name=np.array(names, dtype=object),
        category=np.array(categories, dtype=object),
        price=np.array(prices, dtype=np.int64),
        first=np.array(first),
        odds=tuple(odds),
    )


def chosen(favourite: Whole, random: np.random.Generator) -> Whole:
    """The good of each line: often out of the buyer's favourite department, else out of any."""
    goods = shelves()
    any_other = random.integers(0, len(goods.first), len(favourite))
    department = np.where(random.random(len(favourite)) < FAVOURITE, favourite, any_other)
    place, uniform = np.empty(len(favourite), dtype=np.int64), random.random(len(favourite))
    for number, odds in enumerate(goods.odds):
        here = department == number
        place[here] = np.searchsorted(odds, uniform[here], side="right").clip(max=len(odds) - 1)
    return goods.first[department] + place
