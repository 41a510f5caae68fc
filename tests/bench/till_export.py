"""`python -m tests.bench.till_export LINES FILE`: what a shop's till writes, as CSV in order of time."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

CUSTOMERS, PRODUCTS, DAYS = 50_000, 2_000, 730
STARTS = np.datetime64("2024-01-01")
HEADINGS = "영수증번호,고객번호,거래일시,상품명,수량,할인금액,결제금액"
GOODS = ("우유", "두부", "달걀", "사과", "식빵", "김치", "라면", "커피", "휴지", "세제")
CHUNK = 50_000


def write(lines: int, file: Path) -> None:
    """Receipts of one to three lines; who buys how often and how much differs, and some stay away in the end."""
    random = np.random.default_rng(lines)
    receipts = lines // 2
    who = random.choice(CUSTOMERS, receipts, p=_shares(random))
    stays = np.minimum(random.exponential(600, CUSTOMERS), DAYS)
    day = random.random(receipts) * stays[who]
    order = np.argsort(day, kind="stable")
    who, day = who[order], day[order]
    second = (day.astype(np.int64) * 86_400 + random.integers(9 * 3600, 21 * 3600, receipts)).astype("timedelta64[s]")
    receipt = np.sort(np.r_[np.arange(receipts), random.integers(0, receipts, lines - receipts)])
    spends = random.lognormal(9.2, 0.5, CUSTOMERS)
    with file.open("w", encoding="utf-8") as out:
        out.write(HEADINGS + "\n")
        for start in range(0, lines, CHUNK):
            mine = receipt[start : start + CHUNK]
            out.writelines(_rows(mine, who[mine], STARTS + second[mine], spends[who[mine]], random))


def _shares(random: np.random.Generator) -> np.ndarray:
    rate = random.gamma(0.8, size=CUSTOMERS)
    return np.asarray(rate / rate.sum())


def _rows(
    receipt: np.ndarray, who: np.ndarray, at: np.ndarray, mean: np.ndarray, random: np.random.Generator
) -> list[str]:
    count = len(receipt)
    product, quantity = random.integers(0, PRODUCTS, count), random.integers(1, 4, count)
    price = np.maximum(100, mean * random.gamma(3, 1 / 3, count)).astype(np.int64) // 10 * 10
    discount = np.where(random.random(count) < 0.2, price // 100 * 10, 0)
    times = np.char.replace(np.datetime_as_string(at, unit="s"), "T", " ")
    columns = (values.tolist() for values in (receipt, who, times, product, quantity, discount, price - discount))
    return [
        f"R{number:08d},C{customer:06d},{time},{GOODS[item % len(GOODS)]} {item},{pieces},{off},{paid}\n"
        for number, customer, time, item, pieces, off, paid in zip(*columns, strict=True)
    ]


write(int(sys.argv[1]), Path(sys.argv[2]))
