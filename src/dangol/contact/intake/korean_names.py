"""Korean names as common in each era, for simulated people; drawn part by part, so that they belong to nobody."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

type Words = NDArray[np.object_]

# Surnames with their share of the population in per mille (census of 2015, rounded).
SURNAMES: Final = {
    "김": 215, "이": 147, "박": 84, "최": 47, "정": 43, "강": 24, "조": 21, "윤": 21, "장": 20, "임": 17,
    "한": 15, "오": 15, "서": 15, "신": 15, "권": 14, "황": 14, "안": 14, "송": 14, "전": 13, "홍": 11,
    "유": 13, "고": 9, "문": 9, "양": 9, "손": 9, "배": 8, "백": 8, "허": 7, "남": 5, "심": 5, "노": 5,
    "하": 5, "곽": 4, "성": 4, "차": 4, "주": 4, "우": 4, "구": 4, "나": 3, "민": 3, "진": 3, "지": 3,
    "엄": 3, "채": 3, "원": 3, "천": 2, "방": 2, "공": 2, "현": 2, "함": 2, "변": 2, "염": 1, "여": 1,
    "추": 1, "도": 1, "석": 1, "선": 1, "마": 1, "표": 1, "남궁": 1, "황보": 1,
}  # fmt: skip

# First and last syllables by the year until which they were in fashion: women, then men.
ERAS: Final = (
    (1960, "영 정 순 명 춘 옥 경 금 말 복", "자 숙 순 희 옥 례 분 임 남 연",
     "영 정 종 광 상 병 성 재 기 용", "수 호 식 철 길 환 근 석 만 섭"),
    (1972, "미 영 은 경 정 현 혜 명 선 윤", "숙 희 경 자 란 옥 순 애 주 선",
     "영 성 재 상 정 종 동 진 용 경", "호 수 철 식 훈 석 진 환 규 만"),
    (1984, "은 지 미 현 수 혜 정 선 소 윤", "영 정 경 주 희 진 선 미 연 아",
     "성 재 상 정 동 진 현 승 준 지", "훈 호 진 민 수 현 우 석 환 욱"),
    (1995, "지 은 수 민 유 혜 소 예 다 보", "영 은 혜 진 현 정 연 민 희 경 지 선",
     "지 준 성 민 재 현 승 동 상 진", "훈 호 현 우 민 수 영 혁 석 환"),
    (2100, "서 민 지 예 하 수 채 다 유 윤", "연 윤 현 은 린 빈 원 아 진 영",
     "민 서 도 지 준 예 시 현 우 주", "준 현 우 윤 호 원 빈 훈 혁 찬"),
)  # fmt: skip


def full_names(born: NDArray[np.int64], women: NDArray[np.bool_], random: np.random.Generator) -> Words:
    """A name for each person by year of birth: surname, then two syllables of the era."""
    shares = np.array(list(SURNAMES.values()), dtype=float)
    surnames = np.array(list(SURNAMES), dtype=object)[
        random.choice(len(shares), size=len(born), p=shares / shares.sum())
    ]
    era = np.searchsorted(np.array([until for until, *_ in ERAS[:-1]]), born)
    first, last = random.random(len(born)), random.random(len(born))
    given = np.empty(len(born), dtype=object)
    for number, (_, *parts) in enumerate(ERAS):
        for woman, (heads, tails) in ((True, parts[:2]), (False, parts[2:])):
            who = (era == number) & (women == woman)
            given[who] = _given(heads.split(), tails.split(), first[who], last[who])
    return np.asarray(surnames + given, dtype=object)


def _given(heads: list[str], tails: list[str], first: NDArray[np.float64], last: NDArray[np.float64]) -> Words:
    """Two syllables, never twice the same; earlier ones of each list are more common."""
    head = np.array(heads, dtype=object)[(first**1.4 * len(heads)).astype(int)]
    number = (last**1.4 * len(tails)).astype(int)
    tail = np.array(tails, dtype=object)
    twice = tail[number] == head
    return np.asarray(head + tail[(number + twice) % len(tails)], dtype=object)
