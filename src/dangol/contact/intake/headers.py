"""What a column is, by its heading, in Korean and in English."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from dangol.lib.errors import WrongUse


class WrongMapping(WrongUse):
    """A mapping names a field or a column that there is not, or leaves out one that is needed."""


# Fields of a file of transactions, with the words a person sees.
FIELDS: dict[str, Promise] = {
    "customer": pgettext_lazy("column of a file", "Customer number"),
    "time": pgettext_lazy("column of a file", "Date"),
    "amount": pgettext_lazy("column of a file", "Amount"),
    "clock": pgettext_lazy("column of a file", "Time of day"),
    "receipt": pgettext_lazy("column of a file", "Receipt"),
    "product": pgettext_lazy("column of a file", "Product code"),
    "description": pgettext_lazy("column of a file", "Product"),
    "quantity": pgettext_lazy("column of a file", "Quantity"),
    "unit_price": pgettext_lazy("column of a file", "Unit price"),
    "discount": pgettext_lazy("column of a file", "Discount"),
    "name": pgettext_lazy("column of a file", "Name"),
    "phone": pgettext_lazy("column of a file", "Phone"),
    "store": pgettext_lazy("column of a file", "Shop"),
    "channel": pgettext_lazy("column of a file", "Channel"),
}

# Headings as they are written, without spaces and signs; the first in a list is the surest.
SYNONYMS: dict[str, str] = {
    "customer": "고객번호 고객id 고객아이디 고객코드 고객no 회원번호 회원id 회원아이디 회원코드 멤버십번호 카드번호"
    " customerid customernumber customerno customercode custid custno memberid membernumber memberno membershipno"
    " householdid clientid buyerid userid 구매자id 주문자id 고객 회원 customer member household client buyer",
    "time": "거래일시 판매일시 결제일시 주문일시 구매일시 매출일시 일시 거래일자 판매일자 결제일자 주문일자 구매일자"
    " 매출일자 영업일자 거래일 판매일 결제일 주문일 구매일 매출일 영업일 이용일 방문일 일자 날짜"
    " transactiontimestamp timestamp datetime transactiondatetime orderdatetime transactiondate invoicedate"
    " orderdate orderedat purchasedate saledate salesdate date day orderdt",
    "amount": "실결제금액 실판매금액 실매출액 실매출 순매출액 순매출 결제금액 판매금액 매출금액 매출액 받은금액"
    " 거래금액 구매금액 주문금액 이용금액 총결제금액 총금액 합계금액 금액 매출 netamount salesvalue amountpaid"
    " paidamount netsales amount linetotal linetotalamount totalamount totalprice total revenue sales salesamount"
    " paid",
    "clock": "거래시간 판매시간 결제시간 주문시간 시간 시각 transactiontime ordertime saletime time",
    "receipt": "영수증번호 전표번호 거래번호 주문번호 결제번호 계산서번호 빌번호 영수증 전표 receiptno receiptnumber"
    " receiptid receipt invoiceno invoicenumber invoiceid invoice orderid orderno ordernumber transactionid"
    " transactionno basketid billno",
    "product": "상품코드 제품코드 품목코드 품번 상품번호 제품번호 메뉴코드 바코드 stockcode productcode productid"
    " productno itemcode itemid itemno sku barcode upc",
    "description": "상품명 제품명 품목명 품명 메뉴명 메뉴 품목 상품 제품 내역 적요 description productname itemname"
    " productdescription product item menu",
    "quantity": "판매수량 주문수량 구매수량 수량 quantity qty units",
    "unit_price": "판매단가 단가 판매가 상품단가 정가 unitprice priceeach price 가격",
    "discount": "할인금액 할인액 총할인 할인 에누리 discountamount discount",
    "name": "고객명 고객이름 회원명 성명 이름 구매자명 주문자명 주문자 구매자 fullname customername membername name",
    "phone": "휴대폰번호 휴대전화번호 휴대폰 휴대전화 핸드폰번호 핸드폰 연락처 전화번호 고객전화번호 전화 mobile"
    " mobilenumber mobilephone cellphone phonenumber phone tel telephone hp",
    "store": "매장명 점포명 지점명 매장코드 점포코드 매장 점포 지점 대리점 storeid storename store shop branch",
    "channel": "판매채널 주문채널 주문경로 채널 판매처 saleschannel channel",
}

_RANKS = {
    field: {word: rank for rank, word in enumerate(dict.fromkeys(words.split()))} for field, words in SYNONYMS.items()
}
# Who somebody is by, in files that are not of transactions.
EMAIL = frozenset((
    "이메일", "이메일주소", "메일", "메일주소", "전자우편", "전자우편주소", "email", "emailaddress", "mail",
))  # fmt: skip
_BRACKETS = re.compile(r"[(\[（].*?[)\]）]")
_SIGNS = re.compile(r"[\s_\-./:·*#]+")


def plain(heading: str) -> str:
    """A heading without case, spaces, signs and what stands in brackets: "판매 금액(원)" → "판매금액"."""
    text = unicodedata.normalize("NFC", heading).casefold()
    return _SIGNS.sub("", _BRACKETS.sub("", text)) or _SIGNS.sub("", text)


def known(headings: Sequence[str]) -> int:
    """How many different fields the headings name: a line of headings has more than a line of data."""
    words = {plain(heading) for heading in headings if heading}
    return sum(bool(words & set(ranks)) for ranks in _RANKS.values()) + bool(words & EMAIL)


def guessed(headings: Sequence[str]) -> dict[str, str]:
    """Field → heading, the surest word first; without a customer number, phone or name stand for the customer."""
    mapping: dict[str, str] = {}
    taken: set[str] = set()
    for field, ranks in _RANKS.items():
        fitting = [
            (ranks[plain(heading)], place, heading)
            for place, heading in enumerate(headings)
            if plain(heading) in ranks and heading not in taken
        ]
        if fitting:
            mapping[field] = min(fitting)[2]
            taken.add(mapping[field])
    if "time" not in mapping and "clock" in mapping:
        mapping["time"] = mapping.pop("clock")
    if "amount" not in mapping and "quantity" not in mapping and "unit_price" in mapping:
        mapping["amount"] = mapping.pop("unit_price")
    for stand_in in ("phone", "name"):
        if "customer" not in mapping and stand_in in mapping:
            mapping["customer"] = mapping[stand_in]
    return mapping


def chosen(given: Mapping[str, str], headings: Sequence[str]) -> dict[str, str]:
    """The mapping to go by: the given one if it names all that is needed, else with the rest guessed.

    Raises WrongMapping naming a field or column that there is not, or what is missing still.
    """
    if missing(given):
        free = {field: heading for field, heading in guessed(headings).items() if heading not in given.values()}
        return _checked(free | dict(given), headings)
    return _checked(given, headings)


def _checked(mapping: Mapping[str, str], headings: Sequence[str]) -> dict[str, str]:
    columns = ", ".join(headings)
    for field, heading in mapping.items():
        if field not in FIELDS:
            raise WrongMapping(
                _("There is no field “%(field)s”; the fields are %(fields)s.")
                % {"field": field, "fields": ", ".join(FIELDS)}
            )
        if heading not in headings:
            raise WrongMapping(
                _("There is no column “%(column)s” in the file; its columns are %(columns)s.")
                % {"column": heading, "columns": columns}
            )
    if gap := missing(mapping):
        raise WrongMapping(
            _("Say which column is: %(fields)s. The columns of the file are %(columns)s.")
            % {"fields": ", ".join(str(FIELDS[field]) for field in gap), "columns": columns}
        )
    return dict(mapping)


def missing(mapping: Mapping[str, str]) -> list[str]:
    """The needed fields that the mapping leaves out; an amount may be unit price times quantity."""
    gap = [field for field in ("customer", "time") if field not in mapping]
    if "amount" not in mapping and not {"unit_price", "quantity"} <= set(mapping):
        gap.append("amount")
    return gap
