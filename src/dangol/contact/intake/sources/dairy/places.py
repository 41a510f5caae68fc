"""Who delivers where: the head office, its regions, dealers and shops."""

from dataclasses import dataclass

import numpy as np

from dangol.contact.intake.korean_places import REGIONS, districts
from dangol.contact.intake.sources.dairy.assumptions import DEALERS, SHOPS, Words

HEAD_OFFICE = "HQ"


@dataclass(frozen=True)
class Units:
    """The organisation from the head office down: one entry per unit."""

    code: list[str]
    name: list[str]
    kind: list[str]
    parent: list[str | None]


def units() -> Units:
    """Head office, four regional offices, forty dealers, and the shops that take the club's coupons."""
    rows: list[tuple[str, str, str, str | None]] = [(HEAD_OFFICE, "본사", "head_office", None)]
    rows += [(f"R{n}", f"{name}지사", "region", HEAD_OFFICE) for n, name in enumerate(REGIONS, 1)]
    for number, (_, district) in enumerate(districts()):
        rows.append((dealer_code(number), f"{district[:-1]}대리점", "dealer", f"R{number // 10 + 1}"))
    for number in range(SHOPS):
        _, district = districts()[_home_of_shop(number)]
        rows.append((shop_code(number), f"{district[:-1]}직매장", "shop", f"R{number % 4 + 1}"))
    codes, names, kinds, parents = zip(*rows, strict=True)
    return Units(list(codes), list(names), list(kinds), list(parents))


def _home_of_shop(number: int) -> int:
    """Shops stand in turn in each region: the district's number."""
    return number % 4 * 10 + number // 4


def dealer_code(number: int) -> str:
    """D01 … D40."""
    return f"D{number + 1:02d}"


def shop_code(number: int) -> str:
    """S01 … S24."""
    return f"S{number + 1:02d}"


def dealer_codes() -> Words:
    """All dealers' codes by number."""
    return np.array([dealer_code(n) for n in range(DEALERS)], dtype=object)


def shop_codes() -> Words:
    """All shops' codes by number."""
    return np.array([shop_code(n) for n in range(SHOPS)], dtype=object)
