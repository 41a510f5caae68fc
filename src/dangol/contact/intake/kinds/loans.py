"""What a library lent: to whom, of which class, until when; what it was, for those alone who want that kept."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from dangol.contact.intake.feeds import Feed, made
from dangol.contact.intake.kinds.kind import Field, Given, Kind, Stage, Type, Unread, in_future
from dangol.contact.intake.kinds.rules import NAME, NO_KEY, PART, PHONE, keyed, meant, no_key, stand_ins, who
from dangol.contact.intake.kinds.transactions import people
from dangol.contact.intake.taken import Taken

MOST = 99  # renewals
STATES = (
    ("lent", "미반납|대출중|연체|예약|overdue|onloan|checkedout|issued"),
    ("lost", "분실|제적|lost|missing"),
    ("returned", "반납|반환|정상|완료|return|checkedin"),
)
CLASSES = (
    ("0", "총류|general"),
    ("1", "철학|philosoph"),
    ("2", "종교|religio"),
    ("3", "사회|social"),
    ("4", "자연|순수과학|naturalscience|^science"),
    ("5", "기술|응용|technolog|applied"),
    ("6", "예술|arts?$|^art"),
    ("7", "언어|어학|language"),
    ("8", "문학|소설|literature|fiction"),
    ("9", "역사|지리|history|geograph"),
)
FIELDS = (
    who(more="cardnumber patron borrower 이용자 대출자"),
    Field("time", pgettext_lazy("column of a file", "Lent on"), Type.MOMENT, needed=True, words=(
        "대출일시 대출일자 대출일 대출날짜 대출시각 대출일시간 loandate checkoutdate checkedoutat issuedate"
        " issuedat loanedat"
        " borrowedat datedueissue 일시 일자 날짜 date"
    )),
    Field("due", pgettext_lazy("column of a file", "Due on"), Type.MOMENT, unread=Unread.LEAVE, words=(
        "반납예정일 반납예정일시 반납예정일자 반납기한 대출기한 만기일 duedate due datedue dueat"
    )),
    Field("returned_at", pgettext_lazy("column of a file", "Returned on"), Type.MOMENT, words=(
        "반납일시 반납일자 반납일 실반납일 실제반납일 실제반납일자 반납처리일 반납날짜 returndate"
        " returnedat checkindate checkedinat returned"
    )),
    Field("renewals", pgettext_lazy("column of a file", "Renewals"), Type.NUMBER,
          words="연장횟수 대출연장횟수 연기횟수 연장 재대출횟수 renewals renewalcount renewalscount timesrenewed"),
    Field("renewed_at", pgettext_lazy("column of a file", "Renewed on"), Type.MOMENT, unread=Unread.LEAVE,
          words="연장일시 연장일자 연장일 최종연장일 연기일 renewaldate renewedat lastreneweddate"),
    Field("state", pgettext_lazy("column of a file", "State"),
          words="대출상태 반납상태 반납여부 자료상태 상태 loanstatus status state"),
    Field("item_class", pgettext_lazy("column of a file", "Class of the item"), words=(
        "kdc kdc분류 kdc분류기호 분류기호 분류번호 청구기호 주제분류 주제 분류 주류 ddc callnumber callno"
        " itemcallnumber class"
        " classification subject"
    )),
    Field("item", pgettext_lazy("column of a file", "Number of the item"), Type.CODE, barcode=True, unread=Unread.OWN,
          words="등록번호 자료등록번호 도서등록번호 소장번호 자료번호 도서번호 바코드 itemnumber itembarcode"
                " itemno barcode"
                " accessionno itemid"),
    Field("title", pgettext_lazy("loan", "Title"), cut=300, words=(
        "서명 도서명 자료명 책제목 책이름 제목 표제 본표제 서명저자 title booktitle itemtitle nameofitem"
    )),
    Field("store", pgettext_lazy("column of a file", "Library"), Type.CODE, longest=40, words=(
        "도서관명 대출도서관 대출관 소장도서관 소장관 도서관 자료실 지점 library branch branchcode librarycode location"
    )),
    Field("ref", pgettext_lazy("column of a file", "Number of the loan"), Type.CODE,
          words="대출번호 대출id 대출일련번호 loanid issueid checkoutid ref"),
    NAME,
    PHONE,
)  # fmt: skip

REASONS = {
    "early": gettext_lazy("Row %(row)s: it came back before it was lent. Correct one of the two days."),
    "renewals": gettext_lazy(
        "Row %(row)s: cannot read how often it was renewed: “%(cell)s” in “%(column)s”. Write a number from 0 to 99."
    ),
}


def judge(rows: str, _given: Given) -> str:
    """The class by the first figure of its number or by its name; what came back without a day came back now."""
    number = r"regexp_extract(item_class, '(^|[^0-9])([0-9])[0-9]{2}([^0-9]|$)', 2)"
    figure = r"regexp_extract(item_class, '^\s*([0-9])(\.0*)?\s*$', 1)"
    named = meant("item_class", CLASSES)
    return f"""
        SELECT * EXCLUDE (item_class, class, stands, now_), class AS item_class, class = '' AS unclassed,
          CASE WHEN stands = 'lost' THEN coalesce(returned_at, CAST(now_ AS TIMESTAMP)) END AS lost_at,
          CASE WHEN stands = 'returned' THEN coalesce(returned_at, CAST(now_ AS TIMESTAMP))
               WHEN stands <> 'lost' THEN returned_at END AS back,
          stands IN ('lost', 'returned') AND returned_at IS NULL AS undated,
          concat_ws(' ', {no_key("customer")},
            CASE WHEN renewals NOT BETWEEN 0 AND {MOST} OR renewals <> floor(renewals) THEN 'renewals' END,
            CASE WHEN CAST(returned_at AS DATE) < CAST(time AS DATE) THEN 'early' END) AS wrong
        FROM (SELECT *, coalesce(nullif({number}, ''), nullif({figure}, ''), {named}) AS class,
          {meant("state", STATES)} AS stands, '{_given.now}' AS now_ FROM ({rows}))"""  # noqa: S608 -- our own names


def feeds(stage: Stage, _given: Given) -> Iterator[Feed]:
    """The accepted rows; who borrowed what and when says which loan it is where it has no number."""
    keyed(
        stage, own="concat_ws('@', strftime(time, '%Y%m%d'), customer)", apart="concat_ws(chr(31), item, title)",
        told=("customer", "time", "coalesce(item, title)", "item_class", "store"),
    )  # fmt: skip
    query = """
        SELECT key AS ref, customer, time, store, item_class, due, coalesce(renewals, 0)::DOUBLE AS renewals,
          renewed_at, back AS returned_at, lost_at, title, coalesce(item, '') AS item
        FROM lines JOIN keys USING (row) ORDER BY row"""
    for part in stage.batches(query, PART):
        yield made("loans", {name: part[name] for name in part.column_names})


def warnings(counts: Mapping[str, int], _taken: Taken, given: Given) -> list[str]:
    """What was decided on the way."""
    told = (
        (counts["unclassed"], ngettext(
            "%(count)s row has no class that could be understood: it counts as a loan of no class.",
            "%(count)s rows have no class that could be understood: they count as loans of no class.",
            counts["unclassed"])),
        (counts["undated"], ngettext(
            "%(count)s row says that it came back or was lost, and not when: it counts from today.",
            "%(count)s rows say that they came back or were lost, and not when: they count from today.",
            counts["undated"])),
        (counts["future"], in_future(counts["future"])),
    )  # fmt: skip
    sentences = [sentence % {"count": f"{count:,}"} for count, sentence in told if count]
    if {"title", "item"} & set(given.mapping):
        sentences.append(
            _("Titles and numbers of items are kept of those alone who agreed to it; of all others, the class.")
        )
    return sentences


LOANS = Kind(
    name="loans", label=pgettext_lazy("kind of file", "Loans"), fields=FIELDS, settle=stand_ins, judge=judge,
    counted={
        "unclassed": "accepted AND unclassed", "undated": "accepted AND undated", "future": "accepted AND time > now",
    },
    aside=people, feeds=feeds, warnings=warnings, reasons=REASONS | {"no_key": NO_KEY},
    told_by={"no_key": "customer"}, private=("title", "item"),
)  # fmt: skip
