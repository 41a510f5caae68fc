"""A Korean town whose people are known: families under one roof and one phone, twins, common names, and some who stand
in the list twice, with the slips of people who type: a wrong letter, a missing phone, an old address.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import pyarrow as pa

from dangol.insight.analysis.duplicates.cleaning import TOLD
from dangol.records.customers.models import ContactPoint, Customer

# How many of a thousand bear it.
FAMILIES = {
    "김": 215, "이": 147, "박": 84, "최": 47, "정": 43, "강": 24, "조": 21, "윤": 21, "장": 20, "임": 17, "한": 15,
    "오": 15, "서": 15, "신": 15, "권": 14, "황": 14, "안": 14, "송": 14, "류": 13, "전": 11, "홍": 11, "고": 9,
    "문": 9, "양": 9, "손": 9, "배": 8, "백": 8, "허": 7, "유": 6, "남": 5, "심": 5, "노": 5, "하": 5, "곽": 4,
    "성": 4, "차": 4, "주": 4, "우": 4, "구": 4, "남궁": 1, "황보": 1, "제갈": 1,
}  # fmt: skip
FIRST = "민서지현수영은정진경미혜성재준동상승태병광창기종철순옥숙희선연주윤예하도시유채다소나가아보해원규용호우찬건"
SECOND = "수준민서우진현영희정숙자호철석훈미경아은연주원윤빈율하나라람솔결혁섭식환규태성일남순옥례인선린슬"
GU = (
    "종로 용산 성동 광진 마포 서대문 은평 노원 강서",
    "양천 구로 영등포 동작 관악 서초 강남 송파 강동",
)
TOWNS = [(f"서울 {gu}구", 1000 + 100 * number) for number, gu in enumerate(" ".join(GU).split())]
ROADS = " ".join(
    (
        "월드컵북 백범 양화 독막 마포대 성산 희우정 토정 잔다리",
        "어울마당 와우산 신촌 연세 통일 한강대 새창 서빙고 녹사평대",
    )
).split()
SITES = ("naver.com", "gmail.com", "hanmail.net", "daum.net")
ROMAN = ("min", "seo", "ji", "hyun", "su", "young", "eun", "jung", "jin", "kyung", "mi", "hye", "jae", "jun", "dong")


@dataclass(frozen=True)
class Row:
    """One row of the list; `person` tells who it truly is."""

    person: int
    name: str
    birth: date
    gender: str
    phone: str
    email: str
    place: str
    postcode: str
    address: str
    occupation: str = ""
    known: frozenset[str] = field(default_factory=lambda: frozenset({"birth", "phone", "email", "address"}))


def town(people: int, *, twice: float = 0.1, seed: int = 1) -> list[Row]:
    """The list of so many people, of whom a share stands in it twice (a few of them three times), in no order."""
    draw = random.Random(seed)
    rows: list[Row] = []
    while len(rows) < people:
        rows += _family(draw, len(rows))[: people - len(rows)]
    again = [_again(draw, row) for row in rows if draw.random() < twice]
    again += [_again(draw, row) for row in again if draw.random() < 0.1]
    listed = [_forgetful(draw, row) for row in rows] + again
    draw.shuffle(listed)
    return listed


def told(rows: Iterable[Row]) -> pa.Table:
    """The rows as the engine takes them, numbered from 1."""
    return pa.Table.from_pylist(
        [
            {
                "id": number, "name": row.name, "gender": row.gender, "place": row.place, "phone2": "", "email2": "",
                "birth": row.birth.isoformat() if "birth" in row.known else "",
                "phone": row.phone if "phone" in row.known else "",
                "email": row.email if "email" in row.known else "",
                "postcode": row.postcode if "address" in row.known else "",
                "address": row.address if "address" in row.known else "",
                "occupation": row.occupation,
            }
            for number, row in enumerate(rows, 1)
        ],
        TOLD,
    )  # fmt: skip


def as_customers(rows: Iterable[Row], *, at: datetime) -> Iterator[tuple[Customer, list[ContactPoint]]]:
    """The rows as the store holds them, not saved: each customer with the ways to reach them."""
    for row in rows:
        home = {"postcode": row.postcode, "address": row.address} if "address" in row.known else {}
        customer = Customer(
            full_name=row.name, gender=row.gender, place=row.place, registered_at=at,
            birth_date=row.birth if "birth" in row.known else None, **home,
        )  # fmt: skip
        points = [("mobile", row.phone, "phone"), ("email", row.email, "email")]
        yield customer, [
            ContactPoint(customer=customer, kind=kind, value=value, valid_from=at)
            for kind, value, part in points if part in row.known
        ]  # fmt: skip


def true_pairs(rows: list[Row]) -> int:
    """How many pairs of rows are one person."""
    return sum(count * (count - 1) // 2 for count in Counter(row.person for row in rows).values())


def _family(draw: random.Random, first: int) -> list[Row]:
    """One to five people under one roof: some share the phone of one of them, some are twins."""
    size = draw.choices((1, 2, 3, 4, 5), (40, 25, 18, 14, 3))[0]
    place, codes = draw.choice(TOWNS)
    road, number = draw.choice(ROADS), draw.randint(1, 280)
    home = f"{place} {road}로 {number}"
    if draw.random() < 0.6:
        home += f" {draw.randint(101, 120)}동 {draw.randint(1, 25)}0{draw.randint(1, 4)}호"
    postcode = f"0{codes + ROADS.index(road) * 5 + number % 5}"
    shared = _phone(draw) if draw.random() < 0.25 else ""
    name = _pick(draw)
    birth = date(1945, 1, 1) + timedelta(days=draw.randint(0, 22_000))
    members = []
    for place_in_it in range(size):
        if place_in_it == 1:
            own, born = _pick(draw), birth + timedelta(days=draw.randint(-1500, 1500))
        elif place_in_it > 2 and draw.random() < 0.08:
            own, born = name, members[-1].birth  # twins
        else:
            own, born = name, birth + timedelta(days=draw.randint(9000, 13000) if place_in_it else 0)
        given = draw.choice(FIRST) + draw.choice(SECOND)
        mail = f"{draw.choice(ROMAN)}{draw.choice(ROMAN)}{draw.randint(1, 9999)}@{draw.choice(SITES)}"
        members.append(
            Row(
                first + place_in_it,
                own + given,
                born,
                draw.choice("fm"),
                shared or _phone(draw),
                mail,
                place,
                postcode,
                home,
            )
        )
    return members


def _forgetful(draw: random.Random, row: Row) -> Row:
    likely = {"birth": 0.7, "phone": 0.85, "email": 0.4, "address": 0.7}
    return replace(row, known=frozenset(part for part, share in likely.items() if draw.random() < share))


def _again(draw: random.Random, row: Row) -> Row:
    """The same person, written down another time."""
    row = _forgetful(draw, row)
    if draw.random() < 0.12:
        row = replace(row, name=_slip(draw, row.name))
    if draw.random() < 0.1:
        row = replace(row, name=f"{row.name} 님" if draw.random() < 0.5 else f"{row.name[0]} {row.name[1:]}")
    if draw.random() < 0.12:
        row = replace(row, phone=_phone(draw))
    elif draw.random() < 0.03:
        row = replace(row, phone=row.phone[:-1] + str(draw.randint(0, 9)))
    if draw.random() < 0.12:
        moved = _family(draw, 0)[0]
        row = replace(row, place=moved.place, postcode=moved.postcode, address=moved.address)
    if draw.random() < 0.03:
        row = replace(row, birth=row.birth + timedelta(days=draw.choice((-10, 10, 1, 365))))
    return row


def _slip(draw: random.Random, name: str) -> str:
    """One letter of one syllable wrong."""
    at = draw.randrange(len(name))
    lead, rest = divmod(ord(name[at]) - 0xAC00, 588)
    vowel, tail = divmod(rest, 28)
    part = draw.randrange(3)
    lead = draw.randrange(19) if part == 0 else lead
    vowel = draw.randrange(21) if part == 1 else vowel
    tail = draw.choice((0, 1, 4, 8, 16, 17, 21)) if part == 2 else tail
    return name[:at] + chr(0xAC00 + lead * 588 + vowel * 28 + tail) + name[at + 1 :]


def _phone(draw: random.Random) -> str:
    return f"+8210{draw.randint(20_000_000, 99_999_999)}"


def _pick(draw: random.Random) -> str:
    return draw.choices(list(FAMILIES), FAMILIES.values())[0]
