"""What is on its way to customers, as the program of the stock or of the carrier tells it: promised, sent, arrived."""

from collections.abc import Iterator, Mapping

import pyarrow as pa
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from dangol.contact.intake.feeds import Feed, made
from dangol.contact.intake.kinds.kind import Field, Given, Kind, Stage, Type, Unread
from dangol.contact.intake.kinds.rules import COMMON, NAME, NO_KEY, PART, PHONE, keyed, meant, no_key, plain, stand_ins
from dangol.contact.intake.kinds.rules import who as whose
from dangol.contact.intake.kinds.transactions import people
from dangol.contact.intake.taken import Taken
from dangol.contact.intake.whose import SOURCE
from dangol.records.ledger.receipts import holders_of_receipts

# The first that is found counts: 배송준비완료 is still being made ready, and 미배달 did not arrive.
STATES = (
    ("delayed", "undeliver|not(yet)?deliver|미배달|미수령|배송실패|배달실패|부재"),
    ("preparing", "준비|미출고|미발송|미배송|not(yet)?shipped|unshipped|preparing|packing|(order|payment)received"),
    ("shipped", "(배송|배달|도착|수령)(예정|대기)|arrivedat|터미널도착|지점도착"),
    ("delivered", "배송완료|배달완료|배송종료|배달종료|수령|인도|구매확정|도착완료|^완료$"
                  "|deliver(ed|y?complete)|arrived|received|^complete"),
    ("returned", "반송|회수|반품|return"),
    ("cancelled", "취소|cancel|void"),
    ("lost", "분실|파손|lost|damag"),
    ("delayed", "지연|연기|delay|postpon|exception|fail|^late"),
    ("shipped", "배송중|배달중|배송출발|배달출발|배송시작|발송|출고|이동|집화|집하|간선|터미널|배송|배달"
                "|shipped|transit|outfordelivery|dispatch|onitsway|sent|pickedup"),
    ("preparing", "대기|접수|입금|결제|인수전|주문|발주|신규|prepar|pending|process|order|packed|ready|new|paid"),
)  # fmt: skip
FIELDS = (
    whose(needed=False, more="주문자번호 수령자번호 수취인번호"),
    Field("ref", pgettext_lazy("column of a file", "Number of the delivery"), Type.CODE, words=(
        "배송번호 배달번호 배송id 출고번호 출하번호 출고지시번호 배송의뢰번호 deliveryid deliveryno deliverynumber"
        " shipmentid shipmentno shipmentnumber consignmentid consignmentno ref id"
    )),
    Field("receipt", pgettext_lazy("column of a file", "Receipt"), Type.CODE, words=COMMON["receipt"]),
    Field("time", pgettext_lazy("column of a file", "Ordered on"), Type.MOMENT, unread=Unread.LEAVE, words=(
        f"배송접수일 접수일 접수일시 출고지시일 orderedon {COMMON['time']}"
    )),
    Field("promised", pgettext_lazy("column of a file", "Promised for"), Type.MOMENT, unread=Unread.LEAVE, words=(
        "배송예정일 배송예정일시 배송예정일자 도착예정일 도착예정일시 배달예정일 배송희망일 희망배송일 배송약속일"
        " 약속일 납기일 납기 납품예정일 도착보장일 예정일 promisedon promiseddate promised promisedate duedate due"
        " estimateddelivery estimateddeliverydate expecteddelivery expecteddeliverydate deliverydue eta"
        " orderestimateddeliverydate"
    )),
    Field("shipped_at", pgettext_lazy("column of a file", "Sent on"), Type.MOMENT, unread=Unread.LEAVE, words=(
        "발송일 발송일시 발송일자 출고일 출고일시 출고일자 출하일 출하일시 배송시작일 배송출발일 송장등록일 shippedat"
        " shippedon shipdate shippingdate shipped dispatchedat dispatchdate senton orderdeliveredcarrierdate"
    )),
    Field("delivered_at", pgettext_lazy("column of a file", "Delivered on"), Type.MOMENT, unread=Unread.LEAVE, words=(
        "배송완료일 배송완료일시 배송완료일자 배달완료일 배달완료일시 도착일 도착일시 수령일 수령일시 인도일 배달일"
        " 완료일 완료일시 deliveredat deliveredon delivereddate deliverydate delivered arrivedat arrivaldate receivedat"
        " orderdeliveredcustomerdate"
    )),
    Field("state", pgettext_lazy("column of a file", "State"), words=(
        "배송상태 배달상태 배송현황 배송단계 배송진행상태 진행상태 처리상태 주문상태 상태 deliverystatus shippingstatus"
        " shipmentstatus orderstatus status state"
    )),
    Field("state_at", pgettext_lazy("column of a file", "State since"), Type.MOMENT, unread=Unread.LEAVE, words=(
        "상태변경일 상태변경일시 상태일자 변경일 변경일시 최종처리일시 처리일시 statusdate statechangedat updatedat"
    )),
    Field("carrier", pgettext_lazy("column of a file", "Carrier"), cut=80, words=(
        "택배사 택배사명 배송사 배송업체 배송회사 운송사 운송업체 택배회사 carrier carriername courier shipper"
        " shippingcompany"
    )),
    Field("tracking", pgettext_lazy("column of a file", "Number of the parcel"), Type.CODE, longest=80, barcode=True,
          words="운송장번호 송장번호 운송장 송장 등기번호 택배번호 trackingnumber trackingno trackingcode tracking"
                " waybill waybillno awb"),
    Field("product", pgettext_lazy("column of a file", "Product code"), Type.CODE, longest=80, barcode=True,
          unread=Unread.LEAVE, words=COMMON["product"]),
    Field("description", pgettext_lazy("column of a file", "Product"), cut=200,
          words=f"배송상품 배송상품명 {COMMON['description']}"),
    NAME,
    PHONE,
)  # fmt: skip

REASONS = {
    "nobody": gettext_lazy(
        "Row %(row)s: it names neither a customer nor a receipt. Write one of the two: whose the delivery is."
    ),
    "unknown": gettext_lazy(
        "Row %(row)s: the delivery has no number, no receipt and no day, so it could not be known again. Write one."
    ),
    "early": gettext_lazy("Row %(row)s: it was delivered before it was sent. Correct one of the two days."),
    "receipt": gettext_lazy(
        "Row %(row)s: no purchase of a customer has the receipt “%(cell)s”, or several customers have. Take the"
        " purchases in first, or write the customer."
    ),
}


def gaps(mapping: Mapping[str, str]) -> list[str]:
    """Whose it is, and something by which it is known again."""
    missing = [] if {"customer", "receipt"} & set(mapping) else ["customer"]
    return missing if {"ref", "receipt", "tracking", "time"} & set(mapping) else [*missing, "ref"]


def judge(rows: str, given: Given) -> str:
    """How it stands; a delivery without a number of its own is known by its receipt, else by its parcel's number.

    tells: whether the row says how it stands; a file without states and days of arrival knows of none under way.
    """
    arrivals = "true" if "delivered_at" in given.mapping else "false"
    return f"""
        SELECT * EXCLUDE (ref, time, product, promised, stands, state, now_),
          coalesce(ref, 'r:' || receipt, 't:' || left(md5(tracking), 24)) AS ref,
          coalesce(time, shipped_at, delivered_at, least(promised, CAST(now_ AS TIMESTAMP))) AS time,
          left(coalesce(product, nullif(description, '')), 80) AS product,
          CAST(CAST(promised AS DATE) AS TIMESTAMP) AS promised, stands AS state,
          {plain("state")} <> '' AND stands = '' AS odd_state,
          stands = 'delivered' AND coalesce(delivered_at, state_at) IS NULL AS undated,
          greatest(time, shipped_at, delivered_at, state_at) AS knows,
          stands <> '' OR ({arrivals} AND {plain("state")} = '') AS tells,
          concat_ws(' ', {no_key("customer")},
            CASE WHEN customer IS NULL AND receipt IS NULL THEN 'nobody' END,
            CASE WHEN coalesce(ref, receipt, tracking) IS NULL AND time IS NULL THEN 'unknown' END,
            CASE WHEN CAST(delivered_at AS DATE) < CAST(shipped_at AS DATE) THEN 'early' END) AS wrong
        FROM (SELECT *, {meant("state", STATES)} AS stands, '{given.now}' AS now_ FROM ({rows}))"""  # noqa: S608 -- our own names


def ask(stage: Stage, _given: Given) -> None:
    """Refuse rows that name a receipt alone which leads to nobody, or to several."""
    asked = stage.engine.execute(
        "SELECT DISTINCT receipt FROM lines WHERE accepted AND customer IS NULL ORDER BY receipt"
    ).fetchall()
    if not asked:
        return
    known = holders_of_receipts([row[0] for row in asked], source=SOURCE)
    stage.engine.register("known_receipts", pa.table({"known": pa.array(list(known), pa.string())}))
    stage.engine.execute("""
        UPDATE lines SET accepted = false, problem = 'receipt' WHERE accepted AND customer IS NULL
          AND receipt NOT IN (SELECT known FROM known_receipts)""")
    stage.engine.unregister("known_receipts")


def feeds(stage: Stage, given: Given) -> Iterator[Feed]:
    """The accepted rows. Until when the file knows says which of those it tells of were not there by then."""
    keyed(
        stage, own="CAST(NULL AS VARCHAR)", apart="''",
        told=("customer", "time", "product", "description"),
    )  # fmt: skip
    query = f"""
        SELECT key AS ref, customer, time, receipt, product, description, promised, shipped_at, delivered_at,
          coalesce(carrier, '') AS carrier, coalesce(tracking, '') AS tracking, state, state_at,
          CASE WHEN tells THEN (SELECT max(knows) FROM lines WHERE accepted AND
            knows <= CAST('{given.now}' AS TIMESTAMP)) END AS until
        FROM lines JOIN keys USING (row) ORDER BY row"""  # noqa: S608 -- our own names
    for part in stage.batches(query, PART):
        yield made("deliveries", {name: part[name] for name in part.column_names})


def warnings(counts: Mapping[str, int], _taken: Taken, _given: Given) -> list[str]:
    """What was decided on the way."""
    told = (
        (counts["odd_state"], ngettext(
            "%(count)s state could not be understood and was left out.",
            "%(count)s states could not be understood and were left out.", counts["odd_state"])),
        (counts["undated"], ngettext(
            "%(count)s row says that it was delivered, and not when: whether it came late is not known.",
            "%(count)s rows say that they were delivered, and not when: whether they came late is not known.",
            counts["undated"])),
        (counts["unpromised"], ngettext(
            "%(count)s row has no promised day: it can be late only if the file says so.",
            "%(count)s rows have no promised day: they can be late only if the file says so.", counts["unpromised"])),
    )  # fmt: skip
    return [sentence % {"count": f"{count:,}"} for count, sentence in told if count]


DELIVERIES = Kind(
    name="deliveries", label=pgettext_lazy("kind of file", "Deliveries"), fields=FIELDS, settle=stand_ins, gaps=gaps,
    judge=judge, ask=ask, counted={
        "odd_state": "accepted AND odd_state", "undated": "accepted AND undated",
        "unpromised": "accepted AND promised IS NULL",
    },
    aside=people, feeds=feeds, warnings=warnings, reasons=REASONS | {"no_key": NO_KEY},
    told_by={"no_key": "customer", "nobody": "customer", "unknown": "ref", "early": "delivered_at"},
)  # fmt: skip
