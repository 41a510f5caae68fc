"""What people get again and again: begun, paused, taken up again, ended."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from dangol.contact.intake.feeds import Feed, made
from dangol.contact.intake.kinds.kind import Field, Given, Kind, Stage, Type, Unread
from dangol.contact.intake.kinds.rules import (
    COMMON,
    NAME,
    NO_KEY,
    PART,
    PHONE,
    STORE,
    beside,
    keyed,
    meant,
    no_key,
    plain,
    stand_ins,
    who,
)
from dangol.contact.intake.kinds.transactions import people
from dangol.contact.intake.taken import Taken

PERIODS = (
    ("", "격주|2주|biweek|fortnight|격월|2개월"),
    ("year", "12개월|1?년|연간|매년|annual|year"),
    ("half_year", "6개월|반기|반년|half|semi"),
    ("quarter", "3개월|분기|quarter"),
    ("month", "월|개월|month"),
    ("week", "주|week"),
    ("day", "매일|일간|일일|daily|day"),
)
STATES = (
    ("resumed", "재개|재구독|재이용|resum|reactiv|restart"),
    ("paused", "일시|정지|휴지|중지|보류|paus|hold|suspend"),
    ("ended", "해지|해약|종료|만료|취소|탈퇴|중단|완료|cancel|end|expir|terminat|closed|stop"),
    ("active", "구독중|이용중|배달중|정상|유지|진행|활성|사용중|가입|active|live|running|current|ongoing"),
)
# What programs write where there is no end.
NEVER = r"^(9999|2999|2[1-9]\d\d)"
FIELDS = (
    who(more="구독자번호 독자번호 가입자번호 subscriberid subscriberno"),
    Field("time", pgettext_lazy("column of a file", "Begun"), Type.MOMENT, needed=True, words=(
        "구독시작일 시작일 구독개시일 개시일 구독시작일자 시작일자 계약시작일 가입일 구독가입일 계약일"
        " 배달시작일 배송시작일"
        " 이용시작일 투입일 신청일 startdate startedat start begin begindate subscribedat since signupdate"
    )),
    Field("ends", pgettext_lazy("column of a file", "Ends"), Type.MOMENT, unread=Unread.OWN, words=(
        "구독종료일 종료일 구독만료일 만료일 해지일 해지일자 종료일자 만기일 계약종료일 계약만료일 배달종료일 중단일"
        " enddate endedat end expirydate expiresat expirationdate canceledat cancelledat cancellationdate until"
    )),
    Field("product", pgettext_lazy("column of a file", "Product code"), Type.CODE, longest=80, barcode=True,
          words=f"{COMMON['product']} 요금제코드 플랜코드 planid plancode"),
    Field("description", pgettext_lazy("column of a file", "Product"), cut=200, words=(
        "구독상품 구독상품명 요금제 플랜 구독명 정기배송상품 배달제품 plan planname subscription"
        f" {COMMON['description']}"
    )),
    Field("price", pgettext_lazy("column of a file", "Price"), Type.MONEY, words=(
        "구독료 월구독료 구독금액 이용료 월이용료 요금 월요금 월정액 계약금액 금액 fee amount mrr"
        f" {COMMON['unit_price']}"
    )),
    Field("period", pgettext_lazy("column of a file", "For which time"), words=(
        "결제주기 구독주기 배송주기 납부주기 청구주기 주기 기간단위 구독기간 period interval billingperiod"
        " billingcycle cycle"
        " frequency"
    )),
    Field("quantity", pgettext_lazy("column of a file", "Quantity"), Type.NUMBER,
          words=f"구독부수 부수 {COMMON['quantity']}"),
    Field("state", pgettext_lazy("column of a file", "State"),
          words="구독상태 계약상태 이용상태 진행상태 상태 구독여부 status state subscriptionstatus"),
    Field("state_at", pgettext_lazy("column of a file", "State since"), Type.MOMENT, unread=Unread.LEAVE, words=(
        "상태변경일 해약일 변경일 정지일 일시정지일 중지일 재개일 상태일자"
        " pausedat resumedat statechangedat statusdate"
    )),
    Field("reason", pgettext_lazy("column of a file", "Why it ended"), cut=200,
          words="해지사유 중단사유 종료사유 정지사유 취소사유 사유 reason cancelreason churnreason"),
    STORE,
    Field("ref", pgettext_lazy("column of a file", "Number of the subscription"), Type.CODE, words=(
        "구독번호 계약번호 구독id 정기배송번호 신청번호 증권번호 subscriptionid subscriptionno contractid"
        " contractno ref id"
    )),
    NAME,
    PHONE,
)  # fmt: skip

REASONS = {
    "time": gettext_lazy(
        "Row %(row)s: cannot read the day “%(cell)s” in “%(column)s” on which it began. Write it like 2026-11-22."
    ),
    "early": gettext_lazy("Row %(row)s: it ends before it begins. Correct one of the two days."),
}


def judge(rows: str, given: Given) -> str:
    """How it stands, what it costs; a day without end is none."""
    period = meant("period", PERIODS)
    days = "CAST(ends AS DATE) < CAST(time AS DATE)"
    return f"""
        SELECT * EXCLUDE (product, period, state, quantity, stands, ends_written),
          left(coalesce(product, nullif(description, '')), 80)
            AS product, {given.minor("price")} AS minor, coalesce(quantity, 1) AS quantity,
          {period} AS period, {plain("period")} <> '' AND {period} = '' AS odd_period,
          CASE stands WHEN 'active' THEN '' ELSE stands END AS state,
          {plain("state")} <> '' AND stands = '' AS odd_state,
          stands IN ('paused', 'ended') AND state_at IS NULL AND ends IS NULL AS undated,
          concat_ws(' ', {no_key("customer")},
            CASE WHEN bad_ends AND NOT regexp_matches(ends_written, '{NEVER}') THEN 'ends' END,
            CASE WHEN {days} THEN 'early' END, CASE WHEN price < 0 THEN 'price' END,
            CASE WHEN quantity < 0 THEN 'quantity' END) AS wrong
        FROM (SELECT *, {meant("state", STATES)} AS stands FROM
          ({beside(rows, given, ends_written="ends")}))"""  # noqa: S608 -- our own names


def feeds(stage: Stage, _given: Given) -> Iterator[Feed]:
    """The accepted rows; whose, what, and since when says which it is where it has no number."""
    keyed(stage, own="customer", apart="product", told=("customer", "product", "time", "store"))
    query = """
        SELECT key AS ref, customer, time, store, product, description, quantity::DOUBLE AS quantity, minor AS price,
          period, ends, state, state_at, reason FROM lines JOIN keys USING (row) ORDER BY row"""
    for part in stage.batches(query, PART):
        yield made("subscriptions", {name: part[name] for name in part.column_names})


def warnings(counts: Mapping[str, int], taken: Taken, _given: Given) -> list[str]:
    """What was decided on the way."""
    told = (
        (counts["undated"], ngettext(
            "%(count)s row says that it is paused or has ended, and not since when: it counts from today.",
            "%(count)s rows say that they are paused or have ended, and not since when: they count from today.",
            counts["undated"])),
        (counts["odd_state"], ngettext(
            "%(count)s state could not be understood and was left out.",
            "%(count)s states could not be understood and were left out.", counts["odd_state"])),
        (counts["odd_period"], ngettext(
            "%(count)s time for which the price holds could not be understood and was left out.",
            "%(count)s times for which the price holds could not be understood and were left out.",
            counts["odd_period"])),
        (taken.differing, ngettext(
            "%(count)s subscription was there already with another product or another beginning: the first was kept.",
            "%(count)s subscriptions were there already with other products or other beginnings: the first were kept.",
            taken.differing)),
    )  # fmt: skip
    return [sentence % {"count": f"{count:,}"} for count, sentence in told if count]


SUBSCRIPTIONS = Kind(
    name="subscriptions", label=pgettext_lazy("kind of file", "Subscriptions"), fields=FIELDS, settle=stand_ins,
    judge=judge, counted={
        "undated": "accepted AND undated", "odd_state": "accepted AND odd_state",
        "odd_period": "accepted AND odd_period",
    },
    aside=people, feeds=feeds, warnings=warnings, reasons=REASONS | {"no_key": NO_KEY},
    told_by={"no_key": "customer"}, totals=("time",),
)  # fmt: skip
