"""When a shop had to do with its customers besides purchases: calls, visits, gifts, mailings, answers to campaigns.

What a file says of a campaign is kept with the contact and shown; effects are measured of purchases alone, whoever
answered.
"""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from dangol.contact.intake.feeds import Feed, made
from dangol.contact.intake.kinds import cut_visits
from dangol.contact.intake.kinds.kind import Field, Given, Kind, Stage, Type, in_future
from dangol.contact.intake.kinds.rules import (
    COMMON,
    NAME,
    NO_KEY,
    PART,
    PHONE,
    keyed,
    meant,
    no_key,
    plain,
    stand_ins,
    touchpoint,
    who,
)
from dangol.contact.intake.kinds.transactions import people
from dangol.contact.intake.taken import Taken

SORTS = (
    ("referral", "(고객|손님|지인|친구)(소개|추천)|소개고객|referral|referred"),
    ("complaint", "불만|불편|컴플레인|클레임|항의|민원|complain|claim"),
    ("coupon_redeemed", "쿠폰사용|쿠폰회수|couponredeem|redeem"),
    ("survey_invitation", "설문|survey"),
    # Before what was sent: an answer to a mailing is none.
    ("opened", "열람|오픈|수신확인|open"),
    ("clicked", "클릭|click"),
    ("response", "응답|반응|답장|response|reply"),
    ("coupon", "쿠폰|coupon"),
    ("late_delivery", "배송지연|지연배송|latedeliver"),
    ("delivery", "배송|배달|deliver"),
    ("gift", "선물|사은품|증정|경품|샘플|gift|sample|giveaway"),
    ("mailing", "우편|카탈로그|전단|dm|mailing|catalog|newsletter"),
    ("informed", "안내|공지|알림|문자발송|발송|notice|inform|reminder"),
    ("panel", "고객패널|소비자패널|패널|모니터요원|panel"),
    ("interview", "인터뷰|면담|interview"),
    ("co_development", "공동개발|함께개발|공동기획|codevelop|cocreat"),
    ("inquiry", "문의|질문|상담|inquiry|enquiry|question"),
    ("call", "전화|통화|콜|call|phone"),
    ("visit", "방문|내방|참여|참석|행사|이벤트|교육|교실|visit|event|class|attend"),
)
# Where no sort is told, where it was says it.
BY_PLACE = {"phone": "call", "counter": "visit", "store": "visit", "post": "mailing", "delivery": "delivery"}
DIRECTIONS = (
    ("in", "인바운드|수신|걸려|내방|고객발|고객이|inbound|incoming|received|^in$|^i$"),
    ("out", "아웃바운드|발신|발송|직원발|당사|회사|outbound|outgoing|sent|^out$|^o$"),
)
OURS = ("gift", "mailing", "informed", "survey_invitation", "delivery", "coupon", "late_delivery")
FIELDS = (
    who(),
    Field("time", pgettext_lazy("column of a file", "Date"), Type.MOMENT, needed=True, words=(
        "응답일시 응답일자 응답일 반응일시 반응일자 반응일 클릭일시 열람일시 접촉일시 상담일시 통화일시 방문일시"
        " 발송일시 접촉일자 상담일자 통화일자 방문일자 발송일자 접촉일 상담일 통화일 발송일 참여일 행사일"
        " respondedat responsedate clickedat openedat contactedat contactdate calldate callstarttime calledat visitdate"
        " activitydate"
        f" occurredat {COMMON['time']}"
    )),
    Field("clock", pgettext_lazy("column of a file", "Time of day"), Type.CLOCK,
          words=f"접촉시간 상담시각 통화시각 방문시간 발송시간 {COMMON['clock']}"),
    Field("kind", pgettext_lazy("column of a file", "Sort of contact"), words=(
        "접촉유형 상담유형 활동유형 이력유형 접촉구분 활동구분 이벤트유형 캠페인유형 유형 구분 종류 활동"
        " activitytype contacttype"
        " interactiontype eventtype type kind activity event action"
    )),
    Field("campaign", pgettext_lazy("column of a file", "Campaign it answers"), cut=120, words=(
        "캠페인 캠페인명 캠페인이름 캠페인코드 캠페인번호 캠페인id 응답캠페인 반응캠페인 프로모션 프로모션명 행사명"
        " 이벤트명 campaign campaignname campaigncode campaignid utmcampaign promotion promotionname"
    )),
    Field("direction", pgettext_lazy("column of a file", "Direction"),
          words="방향 수발신 수발신구분 인아웃 인아웃구분 inout direction calldirection"),
    Field("touchpoint", pgettext_lazy("column of a file", "Where it was"), words=(
        "접점 고객접점 접촉채널 접촉경로 상담채널 상담경로 접수경로 문의경로 접촉방법 접촉매체 채널 경로"
        " 매체 장소 touchpoint channel"
        " medium place location"
    )),
    Field("text", pgettext_lazy("column of a file", "What was said"), words=(
        "내용 접촉내용 상담내용 통화내용 활동내용 메모 비고 특이사항 text note notes memo content comment"
        " description summary"
    )),
    Field("minutes", pgettext_lazy("column of a file", "Minutes of the customer's time"), words=(
        "소요시간 통화시간 상담시간 소요분 통화분 체류시간 대기시간 minutes duration callduration length talktime"
    )),
    Field("worth", pgettext_lazy("column of a file", "Worth to the customer"), Type.MONEY, words=(
        "사은품금액 선물금액 증정금액 제공금액 혜택금액 금액 가액 원가 worth value cost giftvalue amount"
    )),
    Field("ref", pgettext_lazy("column of a file", "Number of the contact"), Type.CODE, words=(
        "접촉번호 상담번호 통화번호 이력번호 활동번호 callid interactionid activityid contactid eventid ref id"
    )),
    NAME,
    PHONE,
)  # fmt: skip

REASONS = {
    "sort": gettext_lazy(
        "Row %(row)s: what sort of contact it was stands nowhere. Write call, visit, gift or the like."
    ),
    "worth": gettext_lazy(
        "Row %(row)s: cannot read the worth “%(cell)s” in “%(column)s”. Write it in figures, like 12000 or 12,000원."
    ),
}


def settle(mapping: Mapping[str, str]) -> dict[str, str]:
    """A time of day alone is the moment; phone or name stand for the customer."""
    settled = stand_ins(mapping)
    if "time" not in settled and "clock" in settled:
        settled["time"] = settled.pop("clock")
    return settled


def _minutes() -> str:
    """SQL for 5, 5분, 5분 30초, 330초, 05:30 or 1:05:30 as minutes; null for what is none of it."""
    cell = plain("minutes")
    parts = r"string_split(trim(minutes), ':')"
    return rf"""CASE WHEN regexp_full_match(trim(minutes), '\d{{1,4}}(:\d{{2}}){{1,2}}') THEN
          CASE len({parts}) WHEN 3 THEN {parts}[1]::DOUBLE * 60 + {parts}[2]::DOUBLE + {parts}[3]::DOUBLE / 60
            ELSE {parts}[1]::DOUBLE + {parts}[2]::DOUBLE / 60 END
        WHEN regexp_full_match({cell}, '(\d{{1,4}}시간)?(\d{{1,4}}분)?(\d{{1,6}}초)?') THEN
          coalesce(try_cast(regexp_extract({cell}, '(\d+)시간', 1) AS DOUBLE), 0) * 60
          + coalesce(try_cast(regexp_extract({cell}, '(\d+)분', 1) AS DOUBLE), 0)
          + coalesce(try_cast(regexp_extract({cell}, '(\d+)초', 1) AS DOUBLE), 0) / 60
        ELSE try_cast(number_of(regexp_replace(lower(minutes), 'min(ute)?s?\.?$', '')) AS DOUBLE) END"""


def judge(rows: str, given: Given) -> str:
    """What sort of contact, in which direction, where, and how long it took; what names a campaign alone answers it."""
    ours = ", ".join(f"'{one}'" for one in OURS)
    places = " ".join(f"WHEN '{place}' THEN '{sort}'" for place, sort in BY_PLACE.items())
    other = r"left(replace(lower(trim(kind)), ' ', '_'), 40)"
    return f"""
        SELECT * EXCLUDE (kind, direction, touchpoint, minutes, took, sort, way, place),
          sort AS kind, place AS touchpoint,
          coalesce(nullif(way, ''), CASE WHEN sort IN ({ours}) THEN 'out' ELSE 'in' END) AS direction,
          way = '' AS undirected, CASE WHEN took >= 0 THEN took ELSE 0 END AS minutes,
          minutes <> '' AND (took IS NULL OR took < 0) AS odd_minutes, {given.minor("worth")} AS minor,
          concat_ws(' ', {no_key("customer")}, CASE WHEN sort = '' THEN 'sort' END,
            CASE WHEN worth < 0 THEN 'worth' END) AS wrong
        FROM (SELECT *, CASE WHEN kind = '' AND campaign <> '' AND way <> 'out' THEN 'response'
            WHEN kind = '' THEN CASE place {places} ELSE '' END
            WHEN lower(trim(kind)) = 'note' THEN 'memo' ELSE {meant("kind", SORTS, otherwise=other)} END AS sort
        FROM (SELECT *, {meant("direction", DIRECTIONS)} AS way, {touchpoint("touchpoint")} AS place,
          {_minutes()} AS took FROM ({rows})))"""  # noqa: S608 -- our own names


def feeds(stage: Stage, _given: Given) -> Iterator[Feed]:
    """The accepted rows; whose, when and what says which it is where it has no number."""
    keyed(
        stage, own="strftime(time, '%Y%m%d')", apart="concat_ws(chr(31), customer, kind, text, nullif(campaign, ''))",
        told=(
            "customer", "time", "kind", "direction", "touchpoint", "text",
            # Without a campaign a row is known by what it was known by before there were any.
            "concat_ws(chr(31), coalesce(CAST(minor AS VARCHAR), ''), nullif(campaign, ''))",
        ),
    )  # fmt: skip
    query = """
        SELECT key AS ref, customer, time, direction, kind, touchpoint, text, minutes, coalesce(minor, 0) AS worth,
          campaign
        FROM lines JOIN keys USING (row) ORDER BY row"""
    for part in stage.batches(query, PART):
        yield made("interactions", {name: part[name] for name in part.column_names})


def warnings(counts: Mapping[str, int], _taken: Taken, given: Given) -> list[str]:
    """What was decided on the way."""
    undirected = counts["undirected"] if "direction" in given.mapping else 0
    told = (
        (undirected, ngettext(
            "%(count)s row does not say who turned to whom: its sort decided.",
            "%(count)s rows do not say who turned to whom: their sort decided.", undirected)),
        (counts["odd_minutes"], ngettext(
            "%(count)s time it took could not be read and was left out.",
            "%(count)s times it took could not be read and were left out.", counts["odd_minutes"])),
        (counts["future"], in_future(counts["future"])),
    )  # fmt: skip
    return [sentence % {"count": f"{count:,}"} for count, sentence in told if count]


INTERACTIONS = Kind(
    name="interactions", label=pgettext_lazy("kind of file", "Contacts"), fields=FIELDS, settle=settle, judge=judge,
    ask=cut_visits.leave_out, counted={
        "undirected": "accepted AND undirected", "odd_minutes": "accepted AND odd_minutes",
        "future": "accepted AND time > now",
    },
    aside=people, feeds=feeds, warnings=warnings, reasons=REASONS | {"no_key": NO_KEY}, told_by={"no_key": "customer"},
)  # fmt: skip
