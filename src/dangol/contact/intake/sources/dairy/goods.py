"""What the dairy makes: a catalogue with prices, and what is bought at which stage of life."""

import re
from dataclasses import dataclass
from functools import cache

import numpy as np

from dangol.contact.intake.sources.dairy.assumptions import Real, Whole, Words

# path | name | won | weight for: pregnancy, first year, after it, home delivery
_GOODS = """
우유 / 흰우유 | 흰우유 200mL | 1100 | 3 1 5 16
우유 / 흰우유 | 흰우유 500mL | 1850 | 4 2 5 7
우유 / 흰우유 | 흰우유 900mL | 2950 | 8 4 9 10
우유 / 흰우유 | 흰우유 1.8L | 5600 | 3 2 4 2
우유 / 저지방 우유 | 저지방 우유 200mL | 1150 | 3 1 2 9
우유 / 저지방 우유 | 저지방 우유 900mL | 3050 | 5 2 3 6
우유 / 저지방 우유 | 무지방 우유 900mL | 3150 | 2 1 1 2
우유 / 저지방 우유 | 고칼슘 저지방 우유 900mL | 3450 | 6 2 2 4
우유 / 유기농 우유 | 유기농 우유 200mL | 1700 | 3 2 5 4
우유 / 유기농 우유 | 유기농 우유 750mL | 5200 | 5 3 6 3
우유 / 유당 분해 우유 | 속편한 우유 190mL | 1350 | 2 1 1 6
우유 / 유당 분해 우유 | 속편한 우유 930mL | 3600 | 2 1 1 3
우유 / 가공유 | 딸기우유 200mL | 1250 | 1 1 3 2
우유 / 가공유 | 초코우유 200mL | 1250 | 1 1 3 2
우유 / 가공유 | 바나나우유 240mL | 1500 | 1 1 3 2
우유 / 가공유 | 커피우유 300mL | 1700 | 1 1 1 1
요구르트 / 마시는 요구르트 | 마시는 요구르트 플레인 150mL | 1300 | 5 2 3 12
요구르트 / 마시는 요구르트 | 마시는 요구르트 딸기 150mL | 1300 | 3 1 4 5
요구르트 / 마시는 요구르트 | 위 편한 발효유 150mL | 1600 | 2 1 1 12
요구르트 / 마시는 요구르트 | 장 건강 발효유 130mL | 1500 | 3 1 1 11
요구르트 / 마시는 요구르트 | 아이 요구르트 80mL 8입 | 4200 | 1 4 12 2
요구르트 / 떠먹는 요구르트 | 떠먹는 요구르트 플레인 85g 4입 | 3200 | 5 3 6 4
요구르트 / 떠먹는 요구르트 | 떠먹는 요구르트 복숭아 85g 4입 | 3300 | 3 2 4 2
요구르트 / 떠먹는 요구르트 | 그릭 요거트 450g | 6900 | 4 2 3 2
요구르트 / 떠먹는 요구르트 | 무가당 요거트 1.8L | 7900 | 3 2 3 2
치즈 / 슬라이스 치즈 | 체다 슬라이스 10매 | 3900 | 3 1 5 2
치즈 / 슬라이스 치즈 | 저나트륨 슬라이스 10매 | 4500 | 3 2 5 1
치즈 / 아이 치즈 | 첫 치즈 1단계 10매 | 5200 | 0 8 6 0
치즈 / 아이 치즈 | 첫 치즈 2단계 10매 | 5400 | 0 4 11 0
치즈 / 아이 치즈 | 스트링 치즈 8입 | 6200 | 2 1 9 1
치즈 / 자연 치즈 | 모차렐라 250g | 6800 | 2 1 3 1
치즈 / 자연 치즈 | 리코타 200g | 5900 | 2 1 2 1
치즈 / 자연 치즈 | 카망베르 100g | 7400 | 1 0 1 0
버터·크림 / 버터 | 무염 버터 200g | 6400 | 2 1 2 1
버터·크림 / 버터 | 가염 버터 200g | 6400 | 1 1 2 1
버터·크림 / 생크림 | 생크림 500mL | 5800 | 1 0 1 1
분유 / 1단계 | 아기 분유 1단계 400g | 14900 | 1 8 0 0
분유 / 1단계 | 아기 분유 1단계 800g | 26900 | 1 9 0 0
분유 / 2단계 | 아기 분유 2단계 800g | 26500 | 0 10 1 0
분유 / 3단계 | 아기 분유 3단계 800g | 25900 | 0 4 5 0
분유 / 4단계 | 아기 분유 4단계 800g | 24900 | 0 0 5 0
분유 / 산양분유 | 산양 분유 1단계 400g | 27900 | 0 3 0 0
분유 / 산양분유 | 산양 분유 2단계 400g | 27500 | 0 3 1 0
분유 / 임산부 | 엄마 분말 우유 300g | 12900 | 9 2 0 0
이유식 / 초기 | 쌀미음 100g 3입 | 5400 | 0 5 0 0
이유식 / 초기 | 고구마미음 100g 3입 | 5700 | 0 4 0 0
이유식 / 중기 | 한우 야채죽 150g 2입 | 6900 | 0 6 0 0
이유식 / 중기 | 닭고기 브로콜리죽 150g 2입 | 6600 | 0 5 0 0
이유식 / 후기 | 소고기 진밥 180g 2입 | 7400 | 0 4 2 0
이유식 / 후기 | 연두부 진밥 180g 2입 | 6900 | 0 3 2 0
이유식 / 간식 | 떡뻥 과자 30g | 2800 | 0 6 6 0
이유식 / 간식 | 과일 퓌레 80g 4입 | 5200 | 0 5 6 0
이유식 / 간식 | 요거트 큐브 18g | 4300 | 0 4 7 0
건강 음료 / 두유 | 검은콩 두유 190mL | 1200 | 2 1 2 8
건강 음료 / 두유 | 아이 두유 125mL 6입 | 4800 | 0 1 6 1
건강 음료 / 식이섬유 | 식이섬유 음료 150mL | 1500 | 2 1 0 5
건강 음료 / 단백질 | 단백질 우유 250mL | 2400 | 2 1 1 5
건강 음료 / 단백질 | 시니어 균형식 200mL | 2600 | 0 0 0 7
건강 음료 / 주스 | 사과 당근 주스 180mL | 1900 | 3 1 3 5
"""

_SIZE = re.compile(r" \d[\d.]*(?:mL|L|g|매)")
PREGNANCY, FIRST_YEAR, LATER, DELIVERED = range(4)
GIFTS = {"pregnancy": ("예비 엄마 꾸러미", 4_500), "months4": ("이유식 준비 꾸러미", 7_000),
         "months12": ("돌맞이 꾸러미", 6_000)}  # fmt: skip


@dataclass(frozen=True)
class Goods:
    """The catalogue by product number, and the cumulated weights of each of the four stages."""

    code: Words
    name: Words
    spoken: Words  # the name without its size, as people say it
    category: Words
    price: Whole
    odds: Real  # stage × product, cumulated to 1


@cache
def goods() -> Goods:
    """The catalogue, read once."""
    rows = [[cell.strip() for cell in row.split("|")] for row in _GOODS.strip().splitlines()]
    weights = np.array([row[3].split() for row in rows], dtype=float).T
    return Goods(
        code=np.array([f"P{number:03d}" for number in range(1, len(rows) + 1)], dtype=object),
        name=np.array([row[1] for row in rows], dtype=object),
        spoken=np.array([_SIZE.split(row[1])[0] for row in rows], dtype=object),
        category=np.array([row[0] for row in rows], dtype=object),
        price=np.array([row[2] for row in rows], dtype=np.int64),
        odds=weights.cumsum(axis=1) / weights.sum(axis=1, keepdims=True),
    )


def chosen(stage: Whole, uniform: Real) -> Whole:
    """The product number for each line: by the buyer's stage and one uniform number."""
    odds = goods().odds
    product = np.empty(len(stage), dtype=np.int64)
    for number in range(len(odds)):
        here = stage == number
        product[here] = np.searchsorted(odds[number], uniform[here], side="right")
    return np.asarray(np.minimum(product, odds.shape[1] - 1))
