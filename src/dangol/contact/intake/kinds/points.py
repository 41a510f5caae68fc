"""Bonus points: given, used, expired, each with its day. A point counts as one unit of the home's money."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from dangol.contact.intake.feeds import Feed, made
from dangol.contact.intake.kinds.kind import Field, Given, Kind, Stage, Type, Unread, in_future
from dangol.contact.intake.kinds.rules import (
    COMMON,
    NAME,
    NO_KEY,
    PART,
    PHONE,
    beside,
    keyed,
    meant,
    no_key,
    stand_ins,
    who,
)
from dangol.contact.intake.kinds.transactions import people
from dangol.contact.intake.taken import Taken

SORTS = (
    (
        "taken_back",
        "(적립|지급|부여|보너스)(취소|차감|회수|환수)|(적립|지급|부여|보너스)포인트취소|회수|환수"
        "|(earn|grant|award)\\w*(cancel|revers)|bonus(es|points?)?(cancel|revers)|clawback",
    ),
    (
        "given_back",
        "(사용|차감|결제)(취소|환불|복원|환급)|복원|환급|(redem|redeem|\\bus|used|pointsus|pointus)\\w*(cancel|revers|refund)",
    ),
    # What it was given for stands before: 결제 적립, new user bonus.
    ("redeemed", "^(used|redeemed|spent)"),
    ("granted", "(적립|지급|부여|보너스)$|bonus$"),
    ("expired", "소멸|만료|expir|laps|forfeit"),
    (
        "redeemed",
        "사용|차감|결제|전환|redeem|redem|(\\b|points?)use([^r]|$|rew)|used|usage|spen[dt]|burn",
    ),
    ("granted", "적립|지급|부여|발급|충전|선물|보너스|earn|grant|give|accru|award|bonus|gift|credit"),
)
COLUMNS = ("granted", "redeemed", "expired")
FIGURES = ("amount", *COLUMNS)
SIGN = r"(?i)\s*(포인트|점|points?|pts?|p)\s*$"
FIELDS = (
    who(),
    Field("time", pgettext_lazy("column of a file", "Date"), Type.MOMENT, needed=True, words=(
        "포인트일시 포인트일자 적립일시 적립일자 적립일 발생일시 발생일자 발생일 변동일시 변동일자 변동일 사용일시"
        f" 사용일자 사용일 소멸일 처리일시 처리일 pointsdate pointdate earnedat usedat {COMMON['time']}"
    )),
    Field("clock", pgettext_lazy("column of a file", "Time of day"), Type.CLOCK, words=f"적립시간 {COMMON['clock']}"),
    Field("kind", pgettext_lazy("column of a file", "What became of the points"), words=(
        "포인트구분 포인트유형 포인트종류 적립구분 적립유형 변동구분 변동유형 사용구분 구분 유형 종류 내용 사유"
        " pointstype pointtype movementtype type kind event action reason"
    )),
    Field("amount", pgettext_lazy("column of a file", "Points"), Type.MONEY, unread=Unread.OWN, words=(
        "포인트 포인트금액 변동포인트 포인트변동 포인트액 마일리지 적립금 points point pointsamount pointamount mileage"
    )),
    Field("granted", pgettext_lazy("column of a file", "Points given"), Type.MONEY, unread=Unread.OWN, words=(
        "적립포인트 포인트적립 지급포인트 부여포인트 적립금액 적립액 적립 pointsgiven pointsearned pointsgranted"
        " earnedpoints earned granted"
    )),
    Field("redeemed", pgettext_lazy("column of a file", "Points used"), Type.MONEY, unread=Unread.OWN, words=(
        "사용포인트 포인트사용 차감포인트 사용금액 사용액 사용 pointsused pointsredeemed pointsspent usedpoints"
        " redeemed used"
    )),
    Field("expired", pgettext_lazy("column of a file", "Points expired"), Type.MONEY, unread=Unread.OWN, words=(
        "소멸포인트 포인트소멸 만료포인트 소멸금액 소멸 pointsexpired expiredpoints expired"
    )),
    Field("ref", pgettext_lazy("column of a file", "Number of the entry"), Type.CODE, words=(
        "포인트번호 적립번호 포인트거래번호 변동번호 이력번호 pointsid pointid pointno movementid entryid ref id"
    )),
    NAME,
    PHONE,
)  # fmt: skip

_FIGURE = gettext_lazy(
    "Row %(row)s: cannot read the points “%(cell)s” in “%(column)s”. Write them in figures, like 500 or 1,200."
)
REASONS = dict.fromkeys(FIGURES, _FIGURE) | {
    "several": gettext_lazy(
        "Row %(row)s: points are given and used or expired in one row. Write each in a row of its own."
    ),
    "back": gettext_lazy(
        "Row %(row)s: “%(cell)s” gives used points back, which is not kept. Leave this row out, and the use it takes"
        " back."
    ),
}
EMPTY = gettext_lazy("Row %(row)s: “%(column)s” is empty. Every row needs a customer, a date and how many points.")


def gaps(mapping: Mapping[str, str]) -> list[str]:
    """Whose, when, and how many in one column or another."""
    gap = [field for field in ("customer", "time") if field not in mapping]
    return gap if set(FIGURES) & set(mapping) else [*gap, "amount"]


def settle(mapping: Mapping[str, str]) -> dict[str, str]:
    """A time of day alone is the moment; phone or name stand for the customer."""
    settled = stand_ins(mapping)
    if "time" not in settled and "clock" in settled:
        settled["time"] = settled.pop("clock")
    return settled


def judge(rows: str, given: Given) -> str:
    """How many points and what became of them: by a word that takes back, else by the column they stand in, by word, by
    sign.
    """
    figures = {name: f"number_of(regexp_replace(w_{name}, '{SIGN}', ''))" for name in FIGURES}
    read = ", ".join(f"{figure} AS f_{name}" for name, figure in figures.items())
    odd = " ".join(f"CASE WHEN w_{name} <> '' AND f_{name} IS NULL THEN '{name}' END," for name in FIGURES)
    told = " + ".join(f"coalesce(f_{name} <> 0, false)::INTEGER" for name in COLUMNS)
    columns = " ".join(f"WHEN f_{name} <> 0 THEN '{name}'" for name in COLUMNS)
    figure = "coalesce(f_amount, nullif(f_granted, 0), nullif(f_redeemed, 0), nullif(f_expired, 0), f_granted,"
    spent = ", ".join(("kind", *FIGURES, *(f"{mark}_{name}" for name in FIGURES for mark in "wf"), "sort"))
    return f"""
        SELECT * EXCLUDE ({spent}, figure, several),
          CASE WHEN sort = 'taken_back' OR sort = 'granted' AND figure < 0 THEN 'expired' ELSE sort END AS kind,
          abs({given.minor("figure")}) AS amount,
          concat_ws(' ', {no_key("customer")}, {odd} CASE WHEN several > 1 THEN 'several' END,
            CASE WHEN sort = 'given_back' THEN 'back' END,
            CASE WHEN figure IS NULL AND f_amount IS NULL AND {_blank()} THEN '{_first(given)}' END) AS wrong
        FROM (SELECT *, {told} AS several, {figure} f_redeemed, f_expired) AS figure,
            f_amount IS NOT NULL AND said = '' AS by_sign,
            CASE WHEN said IN ('taken_back', 'given_back') THEN said
              WHEN f_amount IS NULL THEN CASE {columns} ELSE 'granted' END WHEN said <> '' THEN said
              WHEN f_amount < 0 THEN 'redeemed' ELSE 'granted' END AS sort
          FROM (SELECT *, {meant("kind", SORTS)} AS said, {read} FROM (
            {beside(rows, given, **{f"w_{name}": name for name in FIGURES})})))"""  # noqa: S608 -- our own names


def _blank() -> str:
    return " AND ".join(f"w_{name} = ''" for name in FIGURES)


def _first(given: Given) -> str:
    return next((name for name in FIGURES if name in given.mapping), "amount")


def feeds(stage: Stage, _given: Given) -> Iterator[Feed]:
    """The accepted rows; whose, when, what and how many says which it is where it has no number."""
    keyed(
        stage,
        own="kind",
        apart="concat_ws(chr(31), customer, time, amount)",
        told=("customer", "time", "kind", "amount"),
    )
    query = "SELECT key AS ref, customer, time, kind, amount FROM lines JOIN keys USING (row) ORDER BY row"
    for part in stage.batches(query, PART):
        yield made("points", {name: part[name] for name in part.column_names})


def warnings(counts: Mapping[str, int], _taken: Taken, _given: Given) -> list[str]:
    """What was decided on the way."""
    told = (
        (counts["by_sign"], ngettext(
            "%(count)s row does not say what became of the points: less than nothing was used, all else was given.",
            "%(count)s rows do not say what became of the points: less than nothing was used, all else was given.",
            counts["by_sign"])),
        (counts["future"], in_future(counts["future"])),
    )  # fmt: skip
    return [sentence % {"count": f"{count:,}"} for count, sentence in told if count]


POINTS = Kind(
    name="points", label=pgettext_lazy("kind of file", "Points"), fields=FIELDS, settle=settle, gaps=gaps, judge=judge,
    counted={"by_sign": "accepted AND by_sign", "future": "accepted AND time > now"}, aside=people, feeds=feeds,
    warnings=warnings, reasons=REASONS | {"no_key": NO_KEY}, empty=EMPTY,
    told_by={"no_key": "customer", "back": "kind", **{name: name for name in FIGURES}}, totals=("time",),
)  # fmt: skip
