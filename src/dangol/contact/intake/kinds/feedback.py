"""What people told a shop in their own words: complaints, questions, praise, reports, and what became of them."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from dangol.contact.intake.feeds import Feed, made
from dangol.contact.intake.kinds.kind import Field, Given, Kind, Stage, Type, Unread, in_future
from dangol.contact.intake.kinds.rules import (
    COMMON,
    NAME,
    PART,
    PHONE,
    STORE,
    keyed,
    meant,
    plain,
    stand_ins,
    touchpoint,
    who,
)
from dangol.contact.intake.kinds.transactions import people
from dangol.contact.intake.taken import Taken

# What people call it → what it is; the first that is found counts, so "불만족" is no praise.
SORTS = (
    ("monitor", "모니터|미스터리|monitor|mystery"),
    ("complaint", "불만|불편|컴플레인|클레임|항의|민원|신고|환불|반품|교환|complain|claim|refund|return"),
    ("review", "리뷰|후기|상품평|평가|review"),
    ("praise", "칭찬|감사|만족|praise|compliment|thank"),
    ("suggestion", "제안|건의|개선|아이디어|suggest|idea|proposal"),
    ("opinion", "의견|소감|opinion|comment"),
    ("inquiry", "문의|질문|상담|요청|질의|inquiry|enquiry|question|request|qna|q&a|help"),
)
STATES = (
    ("open", "미답변|미처리|미완료|미해결|미확인|보류|unanswered|unresolved"),
    ("answered", "답변|회신|회답|answered|replied|responded"),
    ("taken_up", "처리중|진행|확인중|검토|배정|담당|progress|assigned|pending|investigat"),
    ("settled", "완료|종결|종료|해결|처리|closed|done|resolved|settled|finish|complete"),
    ("open", "접수|대기|신규|등록|open|new|received|wait"),
)
FIELDS = (
    who(needed=False),
    Field("time", pgettext_lazy("column of a file", "Date"), Type.MOMENT, needed=True, words=(
        "접수일시 문의일시 등록일시 작성일시 상담일시 접수일자 문의일자 등록일자 작성일자 상담일자 접수일 문의일 등록일"
        " 작성일 상담일 불만일자 제보일 보고일 모니터링일 created createdate receivedat submittedat"
        " reportedat"
        f" {COMMON['time']}"
    )),
    Field("kind", pgettext_lazy("column of a file", "Sort of feedback"), words=(
        "문의유형 상담유형 접수유형 민원유형 voc유형 voc구분 피드백유형 의견유형 문의구분 상담구분 문의종류"
        " 유형 구분 종류"
        " 분류 상담분류 문의분류 feedbacktype kind type category tickettype inquirytype"
    )),
    Field("subject", pgettext_lazy("column of a file", "Subject"), cut=200, words=(
        "제목 문의제목 상담제목 건명 주제 요약 subject title summary headline"
    )),
    Field("text", pgettext_lazy("column of a file", "What was said"), words=(
        "내용 문의내용 상담내용 접수내용 불만내용 민원내용 고객의견 의견 본문 후기 리뷰 리뷰내용 상품평"
        " 건의사항 요청사항"
        " 제안내용 보고내용 text body content message comment description feedback review detail details"
    )),
    Field("product", pgettext_lazy("column of a file", "Product code"), Type.CODE, words=COMMON["product"], longest=80,
          barcode=True),
    Field("product_name", pgettext_lazy("column of a file", "Product"), cut=200,
          words="상품명 제품명 품목명 품명 메뉴명 상품 제품 관련상품 문의상품 productname product item"),
    Field("touchpoint", pgettext_lazy("column of a file", "Where it came in"), words=(
        "접수채널 접수경로 상담채널 문의채널 문의경로 유입경로 접수방법 접수매체 채널 경로 매체 touchpoint"
        " channel via medium"
    )),
    Field("state", pgettext_lazy("column of a file", "State"), words=(
        "처리상태 진행상태 답변상태 처리결과 처리여부 답변여부 처리현황 상태 결과 status state"
    )),
    Field("state_at", pgettext_lazy("column of a file", "State since"), Type.MOMENT, unread=Unread.LEAVE, words=(
        "답변일시 처리일시 완료일시 답변일자 처리일자 완료일자 답변일 처리일 완료일 종결일 회신일 처리완료일"
        " answeredat resolvedat closedat repliedat updatedat"
    )),
    Field("answer", pgettext_lazy("column of a file", "Answer"), words=(
        "답변내용 처리내용 답변 회신내용 조치내용 조치사항 처리결과내용 answer reply response resolution"
    )),
    STORE,
    Field("ref", pgettext_lazy("column of a file", "Number of it"), Type.CODE, words=(
        "접수번호 문의번호 상담번호 민원번호 voc번호 티켓번호 리뷰번호 게시글번호 글번호 보고서번호 ticketid ticketno"
        " caseid caseno inquiryid reviewid ref id"
    )),
    NAME,
    PHONE,
)  # fmt: skip

REASONS = {
    "nothing": gettext_lazy("Row %(row)s: there is nothing that was said, neither a subject nor a text."),
}


def judge(rows: str, given: Given) -> str:
    """What sort it is: by its own column, else by what the headings call it; a sort of the shop's own is a question."""
    headings = " ".join(given.mapping[name] for name in ("ref", "text", "time", "subject") if name in given.mapping)
    assumed = meant(f"'{headings.replace(chr(39), '')}'", SORTS, otherwise="'opinion'")
    return f"""
        SELECT * EXCLUDE (kind, subject, state, touchpoint, product, sort, sorted_otherwise),
          coalesce(nullif(sort, ''), {assumed}) AS kind,
          sorted_otherwise, left(concat_ws(' · ', CASE WHEN sorted_otherwise THEN kind END,
            nullif(subject, '')), 200) AS subject,
          {meant("state", STATES)} AS state, {plain("state")} <> '' AND {meant("state", STATES)} = '' AS odd_state,
          {touchpoint("touchpoint")} AS touchpoint, left(coalesce(product, nullif(product_name, '')), 80) AS product,
          CASE WHEN subject = '' AND text = '' THEN 'nothing' ELSE '' END AS wrong
        FROM (SELECT *, {meant("kind", SORTS, otherwise="'inquiry'")} AS sort,
          {meant("kind", SORTS, otherwise="'?'")} = '?' AS sorted_otherwise FROM ({rows}))"""  # noqa: S608


def feeds(stage: Stage, _given: Given) -> Iterator[Feed]:
    """The accepted rows; what was said and by whom says which it is where it has no number."""
    keyed(
        stage, own="strftime(time, '%Y%m%d')", apart="concat_ws(chr(31), subject, text)",
        told=("customer", "time", "kind", "subject", "text", "touchpoint", "product", "store"),
    )  # fmt: skip
    query = """
        SELECT key AS ref, customer, time, kind, touchpoint, store, product, product_name, subject, text, state,
          state_at, answer FROM lines JOIN keys USING (row) ORDER BY row"""
    for part in stage.batches(query, PART):
        yield made("feedback", {name: part[name] for name in part.column_names})


def warnings(counts: Mapping[str, int], _taken: Taken, _given: Given) -> list[str]:
    """What was decided on the way."""
    told = (
        (counts["nameless"], ngettext(
            "%(count)s row names no customer: it is kept without one.",
            "%(count)s rows name no customer: they are kept without one.", counts["nameless"])),
        (counts["sorted_otherwise"], ngettext(
            "%(count)s row is of a sort of your own: it counts as a question, and the word stands in its subject.",
            "%(count)s rows are of sorts of your own: they count as questions, and the words stand in their subjects.",
            counts["sorted_otherwise"])),
        (counts["odd_state"], ngettext(
            "%(count)s state could not be understood and was left out.",
            "%(count)s states could not be understood and were left out.", counts["odd_state"])),
        (counts["future"], in_future(counts["future"])),
    )  # fmt: skip
    return [str(sentence) % {"count": f"{count:,}"} for count, sentence in told if count]


FEEDBACK = Kind(
    name="feedback", label=pgettext_lazy("kind of file", "Feedback"), fields=FIELDS, settle=stand_ins, judge=judge,
    counted={
        "nameless": "accepted AND customer IS NULL", "sorted_otherwise": "accepted AND sorted_otherwise",
        "odd_state": "accepted AND odd_state", "future": "accepted AND time > now",
    },
    aside=people, feeds=feeds, warnings=warnings, reasons=REASONS,
)  # fmt: skip
