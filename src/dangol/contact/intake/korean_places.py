"""Where simulated people live: districts are real, roads and house numbers are not."""

import numpy as np
from numpy.typing import NDArray

type Whole = NDArray[np.int64]
type Words = NDArray[np.object_]

# Regional offices with the districts they cover (city or province, district).
REGIONS = {
    "서울북부": ("서울특별시", "마포구 서대문구 은평구 종로구 성북구 노원구 도봉구 중랑구 동대문구 광진구"),
    "서울남부": ("서울특별시", "강남구 서초구 송파구 강동구 관악구 동작구 영등포구 구로구 양천구 강서구"),
    "경기북부": ("경기도", "고양시 파주시 의정부시 남양주시 구리시 양주시 포천시 김포시 동두천시 가평군"),
    "경기남부": ("경기도", "수원시 성남시 용인시 안양시 부천시 화성시 평택시 시흥시 군포시 광명시"),
}
ROADS = (
    "단골로",
    "은하수로",
    "샛별로",
    "목장길",
    "아침우유길",
    "젖소로",
    "초록들로",
    "햇살마을로",
    "구름다리로",
    "꽃사슴길",
    "솔바람로",
    "반딧불로",
    "물레방아길",
    "참새미로",
    "도토리길",
    "민들레로",
    "별빛공원로",
    "느린걸음길",
    "푸른언덕로",
    "새벽안개길",
)
COMPLEXES = ("초록마을", "햇살마을", "은하마을", "샛별아파트", "솔바람아파트", "꽃뫼마을", "푸른들아파트", "도담마을")


def districts() -> list[tuple[str, str]]:
    """The forty districts in the order of the dealers: (city or province, district)."""
    return [(city, district) for city, names in REGIONS.values() for district in names.split()]


def places(district: Whole) -> Words:
    """The coarse place of each person: "서울 마포구"."""
    short = [f"{city[:2]} {name}" for city, name in districts()]
    return np.array(short, dtype=object)[district]


def addresses(district: Whole, random: np.random.Generator) -> tuple[Words, Words]:
    """Postcodes and addresses that look right and cannot be: 00xxx, house numbers from 9000."""
    count = len(district)
    road, house = random.integers(0, len(ROADS), count), random.integers(9_000, 10_000, count)
    flat, block = random.random(count) < 0.72, random.integers(101, 120, count)
    floor, door = random.integers(1, 24, count), random.integers(1, 5, count)
    estate = random.integers(0, len(COMPLEXES), count)
    cities = districts()
    lines = []
    for n in range(count):
        city, name = cities[district[n]]
        line = f"{city} {name} {ROADS[road[n]]} {house[n]}"
        if flat[n]:
            line += f", {block[n]}동 {floor[n]}{door[n]:02d}호 ({COMPLEXES[estate[n]]})"
        lines.append(line)
    codes = [f"00{district[n]:02d}{road[n] % 10}" for n in range(count)]
    return np.array(codes, dtype=object), np.array(lines, dtype=object)
