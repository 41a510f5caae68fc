"""`python -m tests.bench.people_export PEOPLE FILE`: a list of customers, as a shop's membership program writes it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

HEADINGS = "회원번호,이름,휴대폰,생년월일,성별,주소,우편번호,이메일,가입일"
FAMILY = "김이박최정강조윤장임한오서신권황안송전홍"
GIVEN = "가나다라마바사아자하민서준지현우수영진은혜경미주희성호정연"
TOWNS = (
    "서울 마포구 성산로",
    "부산 해운대구 센텀로",
    "대구 수성구 달구벌대로",
    "경기 성남시 분당로",
    "강원 춘천시 호반로",
)


def write(people: int, file: Path) -> None:
    """As many people, all different, whose names, numbers and addresses are made up."""
    random = np.random.default_rng(people)
    pick = random.integers(0, [len(FAMILY), len(GIVEN), len(GIVEN), len(TOWNS), 2, 365 * 60], (people, 6)).tolist()
    first = np.datetime64("1950-01-01")
    with file.open("w", encoding="utf-8") as out:
        out.write(HEADINGS + "\n")
        for number, (family, one, two, town, gender, day) in enumerate(pick):
            out.write(
                f"M{number:07d},{FAMILY[family]}{GIVEN[one]}{GIVEN[two]},"
                f"010-{number // 10000 + 2000:04d}-{number % 10000:04d},"
                f"{first + day},{'남여'[gender]},{TOWNS[town]} {number % 300 + 1},{number % 60000 + 1000:05d},"
                f"m{number}@example.com,2025-{number % 12 + 1:02d}-01\n"
            )


write(int(sys.argv[1]), Path(sys.argv[2]))
