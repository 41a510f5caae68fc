"""What was spent on a channel to win customers, to keep them or to win them back.

A date may be a whole month (2026-10). What is told from one day to another is shared out over its months by the ledger.
"""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from dangol.contact.intake.feeds import Feed, made
from dangol.contact.intake.kinds.kind import Field, Given, Kind, Stage, Type, Unread
from dangol.contact.intake.kinds.rules import COMMON, PART, beside, keyed, meant
from dangol.contact.intake.taken import Taken

# The first that is found counts: winning back before winning, and what serves several before either.
PURPOSES = (
    ("joint", "공통|공동|여러|복수|전체|획득.*유지|유지.*획득|joint|shared|common|several|general|various"),
    ("win_back", "되찾|재획득|재유치|재활성|되돌|복귀|회복|휴면|이탈"
                 "|win.*back|reactivat|reacqui|recover|lapsed|regain"),
    ("keep", "유지|지키|기존|단골|갱신|renew|재구매|리텐션|retain|retention|keep|existing|loyal"),
    ("win", "획득|얻|신규|유치|모집|확보|acqui|new|win|prospect"),
)  # fmt: skip
LONGEST_CHANNEL, LONGEST_NOTE = 80, 200
MONTH = r"^\s*((19|20)\d\d)\s*[-./년]\s*(0?[1-9]|1[0-2])\s*월?\s*$"
LONGEST = 366  # days, as the ledger has it
FIELDS = (
    Field("time", pgettext_lazy("column of a file", "Spent on, or from"), Type.MOMENT, unread=Unread.OWN, needed=True,
          words=(
        "집행일 집행일자 집행월 지출일 지출일자 지출월 집행시작일 시작일 기준월 연월 월 spenton spentdate month from"
        f" startdate start {COMMON['time']}"
    )),
    Field("until", pgettext_lazy("column of a file", "Spent until"), Type.MOMENT, unread=Unread.OWN, words=(
        "집행종료일 종료일 종료일자 마감일 spentuntil until enddate end to"
    )),
    Field("purpose", pgettext_lazy("column of a file", "Spent for"), needed=True, words=(
        "비용목적 지출목적 집행목적 목적 용도 비용구분 spentfor purpose costpurpose goal"
    )),
    Field("channel", pgettext_lazy("column of a file", "Cost channel"), needed=True, cut=LONGEST_CHANNEL, words=(
        "광고매체 매체 매체명 마케팅채널 집행채널 채널 채널명 수단 costchannel adchannel marketingchannel"
        " channel medium media"
    )),
    Field("amount", pgettext_lazy("column of a file", "Cost"), Type.MONEY, unread=Unread.OWN, needed=True, words=(
        "비용 집행금액 집행액 집행비 지출액 지출금액 광고비 마케팅비 소요비용 cost costs spend spent amountspent"
        f" adspend expense expenses {COMMON['amount']}"
    )),
    Field("campaign", pgettext_lazy("column of a file", "Campaign it was spent on"), cut=120, words=(
        "캠페인 캠페인명 캠페인번호 campaign campaignname campaignid"
    )),
    Field("note", pgettext_lazy("column of a file", "Note"), cut=LONGEST_NOTE, words="비고 메모 내용 note memo remark"),
    Field("ref", pgettext_lazy("column of a file", "Number of the cost"), Type.CODE, words=(
        "비용번호 지출번호 집행번호 costid costno costnumber expenseid expenseno ref id"
    )),
)  # fmt: skip

REASONS = {
    "time": gettext_lazy(
        "Row %(row)s: cannot read the date “%(cell)s” in “%(column)s”. Write a day like 2026-11-22, or a month like"
        " 2026-11."
    ),
    "until": gettext_lazy(
        "Row %(row)s: cannot read the date “%(cell)s” in “%(column)s”. Write a day like 2026-11-22, or a month like"
        " 2026-11."
    ),
    "future": gettext_lazy(
        "Row %(row)s: “%(cell)s” in “%(column)s” has not begun yet. Bring the row once it is spent."
    ),
    "long": gettext_lazy(
        "Row %(row)s: the last day “%(cell)s” lies before the first, or more than a year after it. Write a row a year."
    ),
    "purpose": gettext_lazy(
        "Row %(row)s: “%(cell)s” does not say what it was spent for. Write winning, keeping, winning back, or joint."
    ),
    "amount": gettext_lazy(
        "Row %(row)s: “%(cell)s” is no amount above 0. Write what was spent in figures, like 200000 or 200,000원."
    ),
}


def gaps(mapping: Mapping[str, str]) -> list[str]:
    """When, what for, where, and how much."""
    return [name for name in ("time", "purpose", "channel", "amount") if name not in mapping]


def judge(rows: str, given: Given) -> str:
    """A month is from its first day to its last; what it was spent for is told by its words."""
    first, last = _month("w_time"), _month("w_until")
    return f"""
        SELECT * EXCLUDE (time, amount, w_time, w_until), CAST(since AS TIMESTAMP) AS time,
          concat_ws(' ', CASE WHEN since IS NULL THEN 'time' END,
            CASE WHEN since > CAST(TIMESTAMP '{given.now}' AS DATE) THEN 'future' END,
            CASE WHEN w_until <> '' AND until IS NULL AND {last} IS NULL THEN 'until' END,
            CASE WHEN ends_on < since OR ends_on - since >= {LONGEST} THEN 'long' END,
            CASE WHEN sort = '' THEN 'purpose' END,
            CASE WHEN coalesce(minor <= 0, true) THEN 'amount' END) AS wrong
        FROM (SELECT *, coalesce(last_day({last}), CAST(until AS DATE), last_day({first}), since) AS ends_on FROM (
          SELECT *, coalesce({first}, CAST(time AS DATE)) AS since, {meant("purpose", PURPOSES)} AS sort,
            {given.minor("amount")} AS minor
          FROM ({beside(rows, given, w_time="time", w_until="until")})))"""  # noqa: S608 -- our own names


def _month(cell: str) -> str:
    """SQL for the first day of a month that is written without a day."""
    year, month = (f"try_cast(regexp_extract({cell}, '{MONTH}', {group}) AS INTEGER)" for group in (1, 3))
    return f"CASE WHEN regexp_matches({cell}, '{MONTH}') THEN make_date({year}, {month}, 1) END"


def feeds(stage: Stage, _given: Given) -> Iterator[Feed]:
    """The accepted rows; when, what for, where and how much says which it is where it has no number."""
    keyed(
        stage, own="NULL", apart="concat_ws(chr(31), since, ends_on, sort, channel, minor)",
        told=("since", "ends_on", "sort", "channel", "minor", "campaign", "note"),
    )  # fmt: skip
    query = """
        SELECT key AS ref, sort AS purpose, channel, since, ends_on AS until, minor AS amount, campaign, note
        FROM lines JOIN keys USING (row) ORDER BY row"""
    for part in stage.batches(query, PART):
        yield made("costs", {name: part[name] for name in part.column_names})


def warnings(counts: Mapping[str, int], _taken: Taken, _given: Given) -> list[str]:
    """What was decided on the way."""
    told = ngettext(
        "%(count)s row serves several purposes: it stands apart and is divided among none of them.",
        "%(count)s rows serve several purposes: they stand apart and are divided among none of them.",
        counts["joint"],
    )
    return [told % {"count": f"{counts['joint']:,}"}] if counts["joint"] else []


COSTS = Kind(
    name="costs", label=pgettext_lazy("kind of file", "Costs"), fields=FIELDS, gaps=gaps, judge=judge,
    counted={"joint": "accepted AND sort = 'joint'"}, feeds=feeds, warnings=warnings, reasons=REASONS,
    told_by={"future": "time", "long": "until"}, totals=("time",),
)  # fmt: skip
