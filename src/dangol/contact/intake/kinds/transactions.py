"""Purchases and returns, a line each: what was received, when, for what, from whom."""

import re
from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from dangol.contact.intake.feeds import Feed, made
from dangol.contact.intake.kinds import beside_price, buyers, undone_orders, whole_orders
from dangol.contact.intake.kinds.kind import LONGEST, Field, Given, Kind, Stage, Type, Unread, in_future
from dangol.contact.intake.taken import Taken
from dangol.lib import money
from dangol.lib.ahead import ahead

PART = 30_000
STRETCH = 200_000  # rows that are brought into order at a time
PEOPLE = 20_000


# What tells receipts apart, and purchases without one; of those that say the same, each gets a number.
def _key(customer: str) -> str:
    """SQL of it, by whose the row is."""
    numbered = f"concat_ws('@', receipt, strftime(time, '%Y%m%d'), store, {customer})"
    said = (
        f"md5(concat_ws(chr(31), coalesce({customer}, ''), time, coalesce(product, ''), description, quantity, minor,"
        " discount, coalesce(store, ''), channel))"
    )
    return (
        f"CASE WHEN receipt IS NULL THEN strftime(time, '%Y%m%d') || '-' || left({said}, 16)"
        f" WHEN length({numbered}) <= {LONGEST} THEN {numbered}"
        f" ELSE strftime(time, '%Y%m%d') || '@' || md5({numbered}) END"
    )


KEY = _key("customer")
_NOBODYS = _key("NULL::VARCHAR")
_ROWS = f"SELECT {_NOBODYS} AS receipt, customer IS NOT NULL AS known FROM lines WHERE accepted AND receipt IS"  # noqa: S608
AS_NOBODYS = f"""
    {_ROWS} NOT NULL UNION ALL
    SELECT receipt || '-' || row_number() OVER (PARTITION BY receipt), known FROM ({_ROWS} NULL)"""  # noqa: S608
_FIRST = "CASE WHEN receipt IS NULL THEN '-1' ELSE '' END"

# What a shop calls the number of a customer, and what a library does.
OF_SHOPS = (
    "고객번호 고객id 고객아이디 고객코드 고객no 회원번호 회원id 회원아이디 회원코드 멤버십번호 카드번호"
    " customerid customernumber customerno customercode custid custno memberid membernumber memberno membershipno"
    " householdid clientid buyerid userid 구매자id 주문자id 거래처코드 거래처번호 고객 회원 customer member"
    " household client buyer"
)
OF_LIBRARIES = (
    "이용자번호 이용자id 대출자번호 대출자id 대출증번호 회원증번호 도서관회원번호 대출회원번호"
    " borrowernumber borrowerid patronnumber patronid patronbarcode"
)
FIELDS = (
    Field("customer", pgettext_lazy("column of a file", "Customer number"), Type.CUSTOMER,
          words=f"{OF_SHOPS} {OF_LIBRARIES}"),
    Field("time", pgettext_lazy("column of a file", "Date"), Type.MOMENT, needed=True, words=(
        "거래일시 판매일시 결제일시 주문일시 구매일시 매출일시 일시 거래일자 판매일자 결제일자 주문일자 구매일자"
        " 매출일자 영업일자 거래일 판매일 결제일 주문일 구매일 매출일 영업일 이용일 방문일 일자 날짜"
        " transactiontimestamp timestamp datetime transactiondatetime orderdatetime transactiondate invoicedate"
        " orderdate orderedat purchasedate saledate salesdate date day orderdt createdat paidat"
    )),
    Field("amount", pgettext_lazy("column of a file", "Amount"), Type.MONEY, unread=Unread.OWN, words=(
        "최종상품별총주문금액 상품별총주문금액 상품별결제금액 상품결제금액 상품구매금액 실결제금액"
        " 실판매금액 실매출액 실매출 순매출액 순매출 결제금액 결제액"
        " 판매금액 매출금액 매출액 받은금액"
        " 거래금액 구매금액 주문금액 이용금액 총결제금액 총금액 합계금액 합계 금액 매출 netamount salesvalue amountpaid"
        " paidamount netsales amount linetotal linetotalamount totalamount totalprice total revenue sales salesamount"
        " paid"
    )),
    Field("clock", pgettext_lazy("column of a file", "Time of day"), Type.CLOCK,
          words="거래시간 판매시간 결제시간 주문시간 시간 시각 transactiontime ordertime saletime time"),
    Field("receipt", pgettext_lazy("column of a file", "Receipt"), Type.CODE, words=(
        "영수증번호 전표번호 거래번호 주문번호 결제번호 계산서번호 빌번호 영수증 전표 receiptno receiptnumber"
        " receiptid receipt invoiceno invoicenumber invoiceid invoice orderid orderno ordernumber transactionid"
        " transactionno basketid billno"
    )),
    Field("product", pgettext_lazy("column of a file", "Product code"), Type.CODE, barcode=True, unread=Unread.OWN,
          words=(
        "상품코드 제품코드 품목코드 품번 판매자상품코드 업체상품코드 상품번호 제품번호 메뉴코드 바코드"
        " stockcode productcode productid"
        " productno itemcode itemid itemno lineitemsku sku barcode upc"
    )),
    Field("description", pgettext_lazy("column of a file", "Product"), words=(
        "상품명 제품명 품목명 품명 등록상품명 메뉴명 메뉴 품목 주문상품명 상품 제품 내역 적요 lineitemname"
        " description productname itemname"
        " productdescription product item menu"
    )),
    Field("quantity", pgettext_lazy("column of a file", "Quantity"), Type.NUMBER,
          words="판매수량 주문수량 구매수량 수량 구매수 lineitemquantity quantity qty units"),
    Field("unit_price", pgettext_lazy("column of a file", "Unit price"), Type.MONEY, unread=Unread.OWN,
          words="판매단가 단가 옵션+판매가 판매가 상품단가 상품가격 옵션판매가 정가 lineitemprice unitprice priceeach"
          " price 가격"),
    Field("discount", pgettext_lazy("column of a file", "Discount"), Type.MONEY,
          words="최종상품별할인액 상품별추가할인금액 할인금액 할인액 총할인 할인 에누리 discountamount discount"),
    Field("name", pgettext_lazy("column of a file", "Name"),
          words="고객명 고객이름 회원명 성명 이름 거래처명 구매자명 주문자명 주문자 구매자 billingname fullname"
          " customername membername 이용자명 이용자이름 대출자명 patronname borrowername name"),
    Field("phone", pgettext_lazy("column of a file", "Phone"), Type.PHONE, unread=Unread.LEAVE, words=(
        "휴대폰번호 휴대전화번호 휴대폰 휴대전화 핸드폰번호 핸드폰 연락처 전화번호 고객전화번호 전화 mobile"
        " 구매자연락처 구매자전화번호 구매자휴대폰 구매자휴대전화 주문자연락처 주문자전화번호 주문자휴대폰"
        " 주문자휴대전화 mobilenumber mobilephone cellphone phonenumber phone tel telephone hp"
    )),
    Field("store", pgettext_lazy("column of a file", "Shop"), Type.CODE, longest=40,
          words="매장명 점포명 지점명 매장코드 점포코드 매장 점포 지점 대리점 storeid storename store shop branch"),
    Field("currency", pgettext_lazy("column of a file", "Currency"), Type.CODE, unread=Unread.OWN,
          words="통화 화폐 통화코드 통화단위 currency currencycode"),
    Field("channel", pgettext_lazy("column of a file", "Channel"),
          words="판매채널 주문채널 주문경로 채널 판매처 saleschannel channel"),
    undone_orders.STATE,
    *beside_price.FIELDS,
    *whole_orders.FIELDS,
    whole_orders.APP,
)  # fmt: skip

REASONS = {
    "time": gettext_lazy(
        "Row %(row)s: cannot read the date “%(cell)s” in “%(column)s”, or it can be read in two ways."
        " Write it like 2026-11-22, 2026.11.22 or 20261122."
    ),
    "amount": gettext_lazy(
        "Row %(row)s: cannot read the amount “%(cell)s” in “%(column)s”. Write it in figures, like 12000 or 12,000원."
    ),
    "unit_price": gettext_lazy(
        "Row %(row)s: cannot read the price “%(cell)s” in “%(column)s”. Write it in figures, like 12000 or 12,000원."
    ),
    "quantity": gettext_lazy(
        "Row %(row)s: cannot read the quantity “%(cell)s” in “%(column)s”. Write it in figures, like 1 or 2.5."
    ),
    "discount": gettext_lazy(
        "Row %(row)s: cannot read the discount “%(cell)s” in “%(column)s”."
        " Write it in figures, like 500, or leave it empty."
    ),
}
REASONS |= {
    "currency": gettext_lazy(
        "Row %(row)s: “%(column)s” says %(cell)s, but money is kept in %(currency)s here, and two currencies are never"
        " added up. Convert the amount, or import these rows into a home of that currency."
    ),
}
REASONS |= undone_orders.REASONS
EMPTY = gettext_lazy("Row %(row)s: “%(column)s” is empty. Every row needs a date and an amount.")

# What the judging needs and nobody asks for again.
SPENT = (
    "amount", "unit_price", "value", "given", "unkept", "state",
    *(f"bad_{field.name}" for field in FIELDS if field.type not in (Type.WORDS, Type.CLOCK)
      and field.unread is not Unread.LEAVE),
)  # fmt: skip


def settle(mapping: Mapping[str, str]) -> dict[str, str]:
    """A time of day alone is the moment, a price alone the amount; phone or name stand for the customer."""
    settled = dict(mapping)
    if "time" not in settled and "clock" in settled:
        settled["time"] = settled.pop("clock")
    if settled.get("unit_price", "").casefold().startswith("lineitem"):  # Shopify: beside it stands the whole order's
        settled = whole_orders.of_shopify(settled)
    if {"unit_price", "quantity"} <= set(settled) and whole_orders.of_whole(settled):
        settled.pop("amount")
    if "amount" not in settled and "quantity" not in settled and "unit_price" in settled:
        settled["amount"] = settled.pop("unit_price")
    for stand_in in ("phone", "name"):
        if "customer" not in settled and stand_in in settled:
            settled["customer"] = settled[stand_in]
    if re.search("총|total", settled.get("discount", ""), re.IGNORECASE):  # the coupon is in it
        settled.pop("coupon", None)
    if re.search("상품별|상품구매", settled.get("amount", "")):  # of the goods alone: what the way costs is not in it
        settled.pop("fee", None)
    return whole_orders.without_what_is_off(settled)


def gaps(mapping: Mapping[str, str]) -> list[str]:
    """The needed fields that the mapping leaves out; an amount may be unit price times quantity."""
    gap = ["time"] if "time" not in mapping else []
    if "amount" not in mapping and not {"unit_price", "quantity"} <= set(mapping):
        gap.append("amount")
    return gap


def doubts(mapping: Mapping[str, str]) -> list[str]:
    """What to think over before these columns are taken."""
    if "name" in mapping and mapping.get("customer") == mapping["name"]:
        return [_("Customers are told apart by name alone: people of the same name become one customer.")]
    return []


def judge(rows: str, given: Given) -> str:
    """Money in minor units, and what the row is refused for."""
    value = "CASE WHEN turned THEN -value ELSE value END"
    # A product has twice the digits, which is slow: only where there are prices.
    value_of_row = "coalesce(amount, unit_price * coalesce(quantity, 1))" if "unit_price" in given.mapping else "amount"
    of_all = ", ".join((*beside_price.NAMES, *whole_orders.NAMES, whole_orders.APP.name))
    return f"""
        SELECT * EXCLUDE (product, channel, quantity, discount, cut, charged, {of_all}),
          left(product, 80) AS product,
          left(channel, 40) AS channel, minor::DECIMAL(38, 4) <> {value} * {10**given.exponent} AS rounded,
          coalesce(quantity, 1) AS quantity, CASE WHEN minor < 0 OR quantity < 0 THEN -given ELSE given END AS discount,
          concat_ws(' ', CASE WHEN minor IS NULL OR bad_amount THEN 'amount' END,
            CASE WHEN bad_unit_price AND amount IS NULL THEN 'unit_price' END,
            {undone_orders.judged(given)}
            CASE WHEN upper(currency) NOT IN ({", ".join(f"'{one}'" for one in _names(given.currency))})
              THEN 'currency' END) AS wrong{beside_price.judged(given)}
          {undone_orders.said(given)}{whole_orders.judged(given)}
        FROM (SELECT *, {given.minor(value)} AS minor,
            coalesce({given.minor(f"({whole_orders.off(given)})")}, 0) AS given,
            {beside_price.read(given)}
        FROM (SELECT * EXCLUDE (product, customer), {buyers.customer(given)} AS customer,
            coalesce(product, nullif(description, '')) AS product,
            {whole_orders.paid(value_of_row, given)} AS value,
            coalesce(quantity < 0 AND amount > 0, false) AS turned FROM ({rows})))"""  # noqa: S608 -- our own names


def _names(currency: str) -> tuple[str, ...]:
    """What people write for a currency."""
    return (currency, money.SIGNS.get(currency, currency), *(("원", "₩", "￦", "WON") if currency == "KRW" else ()))


def ask(stage: Stage, given: Given) -> None:
    """What the records have to be asked for: whether an earlier file sold what is undone now."""
    undone_orders.tell(stage, given, key=KEY)


def complete(stage: Stage, given: Given) -> None:
    """What several rows of a receipt say together: whose it is, and whether its fee stands there more than once."""
    buyers.complete(stage, given)
    undone_orders.spread(stage, given)
    whole_orders.share_out(stage, given)
    beside_price.tell(stage, given, key=KEY)


def people(stage: Stage, given: Given) -> Iterator[Feed]:
    """The people of the accepted rows with the last name and number they are given; none when the file has neither."""
    if not {"name", "phone"} & set(given.mapping):
        return
    query = """
        SELECT customer AS external_id, coalesce(arg_max(name, row) FILTER (name <> ''), '')[:120] AS full_name,
          arg_max(phone, row) FILTER (phone <> '') AS phone, min(time) AS registered_at, 'any' AS scheme
        FROM lines WHERE accepted AND customer IS NOT NULL GROUP BY customer
        HAVING bool_or(name <> '' OR phone <> '') ORDER BY min(row)"""
    for part in stage.batches(query, PEOPLE):
        yield made("customers", {name: part[name] for name in part.column_names})


def beside(stage: Stage, given: Given) -> Iterator[Feed]:
    """What stands beside the purchases: people with their names, and points."""
    yield from people(stage, given)
    yield from beside_price.feeds(stage, given, key=KEY)


def feeds(stage: Stage, given: Given) -> Iterator[Feed]:
    """The accepted rows as feeds, the lines of a receipt side by side and never torn: those that stand so already, in
    the order of the file, then those that stand apart in it.

    Receipt numbers begin anew each day and at each till: the day, shop and customer belong to the key. A line
    without a receipt is a purchase of its own, known by what it says and by how many said the same before it,
    so a file that overlaps with an earlier one adds only what is new.
    """
    torn = _make_places(stage)
    more = beside_price.received(given)
    yield from ahead(_whole_receipts(_side_by_side(stage, more)))
    if torn:
        yield from ahead(_whole_receipts(_brought_together(stage, more)))


def _side_by_side(stage: Stage, more: str) -> Iterator[pa.Table]:
    """Rows of receipts that are not torn, and those without a receipt, in the order of the file."""
    for first, last in _stretches(stage, "row", "lines"):
        query = _rows(f"row BETWEEN {first} AND {last}", "LEFT JOIN", f"row BETWEEN {first} AND {last}", more)
        yield from stage.batches(f"{query} WHERE numbered IS NOT TRUE ORDER BY row", PART)


def _brought_together(stage: Stage, more: str) -> Iterator[pa.Table]:
    """Rows of torn receipts, those of each together."""
    for first, last in _stretches(stage, "place", "places WHERE numbered"):
        # The place of a receipt is its first row.
        query = _rows(f"row >= {first}", "JOIN", f"numbered AND place BETWEEN {first} AND {last}", more)
        yield from stage.batches(f"{query} ORDER BY place, row", PART)


def _stretches(stage: Stage, column: str, of: str) -> Iterator[tuple[int, int]]:
    """Stretches of a column, those in which there is anything: each is sorted in little memory, and the engine keeps no
    order across a join.
    """
    query = f"SELECT DISTINCT {column} // {STRETCH} FROM {of} ORDER BY 1"  # noqa: S608 -- our own names
    for (number,) in stage.engine.execute(query).fetchall():
        yield number * STRETCH, (number + 1) * STRETCH - 1


def _rows(lines: str, join: str, places: str, more: str) -> str:
    return f"""
        SELECT coalesce(p.key, {KEY} || {_FIRST}) AS receipt, customer, time, store, channel, product, description,
          quantity::DOUBLE AS quantity, minor AS amount, discount AS price_discount{more}
        FROM (SELECT * FROM lines WHERE accepted AND {lines}) AS l
        {join} (SELECT * FROM places WHERE {places}) AS p USING (row)"""  # noqa: S608 -- our own names


def _make_places(stage: Stage) -> bool:
    """Make the table `places` of rows that need more than their own key; whether lines of a receipt stand apart.

    Those are lines of receipts that are torn, and purchases without a receipt that say the same as others.
    """
    stage.make(
        "keys",
        f"SELECT row, receipt IS NOT NULL AS numbered, hash({KEY}) AS key FROM lines WHERE accepted",  # noqa: S608
    )
    stage.make(
        "again",
        """
        SELECT key FROM (SELECT key, numbered, key IS DISTINCT FROM lag(key) OVER () AS first FROM keys)
        WHERE first OR NOT numbered GROUP BY key HAVING count(*) > 1""",
    )
    stage.make(
        "places",
        f"""
        SELECT row, CASE WHEN numbered THEN key ELSE key || '-' || row_number() OVER same END AS key,
          CASE WHEN numbered THEN min(row) OVER (PARTITION BY key) ELSE row END AS place, numbered
        FROM (SELECT row, receipt IS NOT NULL AS numbered, {KEY} AS key FROM lines
              WHERE accepted AND hash({KEY}) IN (SELECT key FROM again))
        WINDOW same AS (PARTITION BY key ORDER BY row)""",  # noqa: S608 -- our own names
    )
    return bool(stage.one("SELECT coalesce(bool_or(numbered), false) FROM places")[0])


def _whole_receipts(parts: Iterator[pa.Table]) -> Iterator[Feed]:
    """Feeds that end where a receipt ends: the last receipt of a part waits for the next."""
    waiting: pa.Table | None = None
    for part in parts:
        rows = part if waiting is None else pa.concat_tables([waiting, part])
        last = rows["receipt"][rows.num_rows - 1]
        begin = pc.index(rows["receipt"], last).as_py()
        if begin:
            yield _feed(rows.slice(0, begin))
        waiting = rows.slice(begin)
    if waiting is not None:
        yield _feed(waiting)


def _feed(rows: pa.Table) -> Feed:
    return made("transactions", {name: rows[name] for name in rows.column_names})


def warnings(found: Mapping[str, int], taken: Taken, given: Given) -> list[str]:
    """What was decided on the way, in words, each with its count."""
    anonymous = found["anonymous"] if "customer" in given.mapping else 0
    told = (
        (anonymous, ngettext("%(count)s row names no customer: it counts in revenue only.",
                             "%(count)s rows name no customer: they count in revenue only.", anonymous)),
        (found["safe"], ngettext(
            "%(count)s row names a number that a marketplace lent (050): it tells nobody apart and counts in revenue"
            " only.",
            "%(count)s rows name numbers that a marketplace lent (050): they tell nobody apart and count in revenue"
            " only.", found["safe"])),
        (found["rounded"], ngettext("%(count)s amount had more places than the currency and was rounded.",
                                    "%(count)s amounts had more places than the currency and were rounded.",
                                    found["rounded"])),
        (found["turned"], ngettext("%(count)s amount was taken as a return because its quantity is negative.",
                                   "%(count)s amounts were taken as returns because their quantity is negative.",
                                   found["turned"])),
        (found["future"], in_future(found["future"])),
        (taken.extended, ngettext("%(count)s receipt that was there already got further lines.",
                                  "%(count)s receipts that were there already got further lines.", taken.extended)),
        (taken.differing, ngettext("%(count)s receipt was there already with another sum: the first was kept.",
                                   "%(count)s receipts were there already with other sums: the first were kept.",
                                   taken.differing)),
    )  # fmt: skip
    if "customer" not in given.mapping:
        buyers.wish(found["anonymous"], given)
    return [*(sentence % {"count": f"{count:,}"} for count, sentence in told if count)]


TRANSACTIONS = Kind(
    "transactions", pgettext_lazy("kind of file", "Purchases"), FIELDS, feeds,
    settle=settle, gaps=gaps, wished=("customer",), doubts=doubts, judge=judge, complete=complete, ask=ask,
    as_nobodys=AS_NOBODYS, aside=beside, warnings=warnings,
    reasons=REASONS, called_off=undone_orders.WORDS, empty=EMPTY,
    told_by={"amount": "unit_price", "undone": "state"}, totals=("time",), spent=SPENT,
    counted={
        "rounded": "accepted AND rounded", "turned": "accepted AND turned", "future": "accepted AND time > now",
        "anonymous": "accepted AND customer IS NULL", "safe": "accepted AND customer LIKE '+8250%'",
    },
)  # fmt: skip
