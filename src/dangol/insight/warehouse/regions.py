"""Korean administrative areas by code: the provinces (시도) and their districts (시군구), and which one a place names.

Codes are those of the Ministry of the Interior and Safety (행정표준코드관리시스템, 법정동코드: two figures, then five),
typed in by hand as they stood in 2025: Gangwon and Jeonbuk under the codes they got when they became self-governing
(51, 52), Gunwi within Daegu, Bucheon with its districts again. What was divided or joined since keeps its code of then.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache

import pyarrow as pa

EDITION = "2025"

# Code, name in full, name in short and names of before, districts: last three figures of the code and the name.
_PROVINCES = (
    ("11", "서울특별시", "서울 서울시", """
        110 종로구, 140 중구, 170 용산구, 200 성동구, 215 광진구, 230 동대문구, 260 중랑구, 290 성북구, 305 강북구,
        320 도봉구, 350 노원구, 380 은평구, 410 서대문구, 440 마포구, 470 양천구, 500 강서구, 530 구로구, 545 금천구,
        560 영등포구, 590 동작구, 620 관악구, 650 서초구, 680 강남구, 710 송파구, 740 강동구"""),
    ("26", "부산광역시", "부산 부산시", """
        110 중구, 140 서구, 170 동구, 200 영도구, 230 부산진구, 260 동래구, 290 남구, 320 북구, 350 해운대구,
        380 사하구, 410 금정구, 440 강서구, 470 연제구, 500 수영구, 530 사상구, 710 기장군"""),
    ("27", "대구광역시", "대구 대구시", """
        110 중구, 140 동구, 170 서구, 200 남구, 230 북구, 260 수성구, 290 달서구, 710 달성군, 720 군위군"""),
    ("28", "인천광역시", "인천 인천시", """
        110 중구, 140 동구, 177 미추홀구, 185 연수구, 200 남동구, 237 부평구, 245 계양구, 260 서구, 710 강화군,
        720 옹진군"""),
    ("29", "광주광역시", "광주", "110 동구, 140 서구, 155 남구, 170 북구, 200 광산구"),
    ("30", "대전광역시", "대전 대전시", "110 동구, 140 중구, 170 서구, 200 유성구, 230 대덕구"),
    ("31", "울산광역시", "울산 울산시", "110 중구, 140 남구, 170 동구, 200 북구, 710 울주군"),
    ("36", "세종특별자치시", "세종 세종시", "110 세종특별자치시"),
    ("41", "경기도", "경기", """
        110 수원시, 111 수원시 장안구, 113 수원시 권선구, 115 수원시 팔달구, 117 수원시 영통구, 130 성남시,
        131 성남시 수정구, 133 성남시 중원구, 135 성남시 분당구, 150 의정부시, 170 안양시, 171 안양시 만안구,
        173 안양시 동안구, 190 부천시, 192 부천시 원미구, 194 부천시 소사구, 196 부천시 오정구, 210 광명시,
        220 평택시, 250 동두천시, 270 안산시, 271 안산시 상록구, 273 안산시 단원구, 280 고양시, 281 고양시 덕양구,
        285 고양시 일산동구, 287 고양시 일산서구, 290 과천시, 310 구리시, 360 남양주시, 370 오산시, 390 시흥시,
        410 군포시, 430 의왕시, 450 하남시, 460 용인시, 461 용인시 처인구, 463 용인시 기흥구, 465 용인시 수지구,
        480 파주시, 500 이천시, 550 안성시, 570 김포시, 590 화성시, 610 광주시, 630 양주시, 650 포천시, 670 여주시,
        800 연천군, 820 가평군, 830 양평군"""),
    ("43", "충청북도", "충북", """
        110 청주시, 111 청주시 상당구, 112 청주시 서원구, 113 청주시 흥덕구, 114 청주시 청원구, 130 충주시, 150 제천시,
        720 보은군, 730 옥천군, 740 영동군, 745 증평군, 750 진천군, 760 괴산군, 770 음성군, 800 단양군"""),
    ("44", "충청남도", "충남", """
        130 천안시, 131 천안시 동남구, 133 천안시 서북구, 150 공주시, 180 보령시, 200 아산시, 210 서산시, 230 논산시,
        250 계룡시, 270 당진시, 710 금산군, 760 부여군, 770 서천군, 790 청양군, 800 홍성군, 810 예산군, 825 태안군"""),
    ("46", "전라남도", "전남", """
        110 목포시, 130 여수시, 150 순천시, 170 나주시, 230 광양시, 710 담양군, 720 곡성군, 730 구례군, 770 고흥군,
        780 보성군, 790 화순군, 800 장흥군, 810 강진군, 820 해남군, 830 영암군, 840 무안군, 860 함평군, 870 영광군,
        880 장성군, 890 완도군, 900 진도군, 910 신안군"""),
    ("47", "경상북도", "경북", """
        110 포항시, 111 포항시 남구, 113 포항시 북구, 130 경주시, 150 김천시, 170 안동시, 190 구미시, 210 영주시,
        230 영천시, 250 상주시, 280 문경시, 290 경산시, 730 의성군, 750 청송군, 760 영양군, 770 영덕군, 820 청도군,
        830 고령군, 840 성주군, 850 칠곡군, 900 예천군, 920 봉화군, 930 울진군, 940 울릉군"""),
    ("48", "경상남도", "경남", """
        120 창원시, 121 창원시 의창구, 123 창원시 성산구, 125 창원시 마산합포구, 127 창원시 마산회원구,
        129 창원시 진해구, 170 진주시, 220 통영시, 240 사천시, 250 김해시, 270 밀양시, 310 거제시, 330 양산시,
        720 의령군, 730 함안군, 740 창녕군, 820 고성군, 840 남해군, 850 하동군, 860 산청군, 870 함양군, 880 거창군,
        890 합천군"""),
    ("50", "제주특별자치도", "제주 제주도", "110 제주시, 130 서귀포시"),
    ("51", "강원특별자치도", "강원 강원도", """
        110 춘천시, 130 원주시, 150 강릉시, 170 동해시, 190 태백시, 210 속초시, 230 삼척시, 720 홍천군, 730 횡성군,
        750 영월군, 760 평창군, 770 정선군, 780 철원군, 790 화천군, 800 양구군, 810 인제군, 820 고성군, 830 양양군"""),
    ("52", "전북특별자치도", "전북 전라북도", """
        110 전주시, 111 전주시 완산구, 113 전주시 덕진구, 130 군산시, 140 익산시, 180 정읍시, 190 남원시, 210 김제시,
        710 완주군, 720 진안군, 730 무주군, 740 장수군, 750 임실군, 770 순창군, 790 고창군, 800 부안군"""),
)  # fmt: skip

PROVINCES: Mapping[str, str] = {code: name for code, name, *_ in _PROVINCES}
DISTRICTS: Mapping[str, str] = {
    code + figures: name
    for code, _name, _short, districts in _PROVINCES
    for figures, name in (one.split(maxsplit=1) for one in districts.split(","))
}
_TWO_OF_THEM = "광주시"  # the metropolitan city by its former name, and a city near Seoul
_CALLED = {word: code for code, name, short, _ in _PROVINCES for word in (name, *short.split())}


@cache
def _named() -> dict[str, set[str]]:
    """Codes of districts by each name they go by: "성남시 분당구" is "분당구", too."""
    found: dict[str, set[str]] = {}
    for code, name in DISTRICTS.items():
        for word in {name, name.split()[-1]}:
            found.setdefault(word, set()).add(code)
    return found


@cache
def placed(place: str) -> tuple[str, str]:
    """The codes of province and district that a place names, "" where it names none or one of several.

    "서울 마포구", "경기도 성남시 분당구 …" and "마포구" are told; "중구", of which there are six, is not.
    """
    words = place.replace(",", " ").split()
    if words[:1] == [_TWO_OF_THEM]:
        found = placed(" ".join(["광주", *words[1:]]))
        return found if found[1] else ("", "")
    province = _CALLED.get(words[0], "") if words else ""
    rest = words[1:] if province else words
    for length in (2, 1):
        fitting = {code for code in _named().get(" ".join(rest[:length]), ()) if code.startswith(province)}
        if rest and len(fitting) == 1:
            (district,) = fitting
            return district[:2], district
    if province == "36":
        return province, "36110"
    return province, ""


def regions(_first: date, _last: date) -> pa.Table:
    """Every district with its province; beside them each province by itself, for whom no more is known of."""
    rows = [(code, name, code[:2], PROVINCES[code[:2]]) for code, name in DISTRICTS.items()]
    rows += [("", "", code, name) for code, name in PROVINCES.items()]
    names = ("district", "district_name", "province", "province_name")
    return pa.table([pa.array(values, pa.string()) for values in zip(*sorted(rows), strict=True)], names=list(names))
