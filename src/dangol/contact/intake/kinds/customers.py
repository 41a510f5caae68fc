"""People: who they are, how they are reached, and under which numbers they are known."""

import json
import re
from collections.abc import Callable, Iterator, Mapping

import pyarrow as pa
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from dangol.contact.intake.feeds import Feed, made
from dangol.contact.intake.kinds.kind import LONGEST, Field, Given, Kind, Stage, Type, Unread
from dangol.contact.intake.taken import Taken
from dangol.lib.ahead import ahead
from dangol.lib.resident_numbers import MASK
from dangol.records.customers.entering import district
from dangol.records.customers.line_names import line_code

PART = 10_000
GENDERS = {
    "남": "m", "남자": "m", "남성": "m", "m": "m", "male": "m", "man": "m", "여": "f", "여자": "f", "여성": "f",
    "f": "f", "female": "f", "woman": "f",
}  # fmt: skip
NAMES = ("full_name", "given_name", "family_name")
TELLING = ("external_id", "member_no", "phone", "email", *NAMES)  # by which somebody is known

FIELDS = (
    Field("external_id", pgettext_lazy("column of a file", "Customer number"), Type.CODE, words=(
        "고객번호 고객id 고객아이디 고객코드 고객no customerid customernumber customerno customercode custid custno"
        " externalid clientid userid recid id 아이디 거래처코드 거래처번호 이용자번호 이용자id 대출자번호 대출자id"
        " borrowernumber borrowerid patronnumber patronid"
    )),
    Field("full_name", pgettext_lazy("column of a file", "Name"), cut=120, words=(
        "고객명 고객이름 회원명 거래처명 이용자명 이용자이름 대출자명 성명 성함 이름 fullname customername"
        " membername patronname borrowername name 고객 회원 이용자 customer patron borrower"
    )),
    Field("given_name", pgettext_lazy("column of a file", "First name"), cut=60,
          words="firstname givenname forename"),
    Field("family_name", pgettext_lazy("column of a file", "Family name"), cut=60,
          words="lastname familyname surname"),
    Field("birth_date", pgettext_lazy("column of a file", "Date of birth"), Type.BORN, unread=Unread.LEAVE, words=(
        "생년월일 생일 출생일 출생일자 출생년월일 생년월일6자리 birthdate dateofbirth birthday dob born"
    )),
    Field("gender", pgettext_lazy("column of a file", "Gender"), Type.CHOICE, unread=Unread.LEAVE, choices=GENDERS,
          words="성별 gender sex 남녀"),
    Field("phone", pgettext_lazy("column of a file", "Phone"), Type.PHONE, unread=Unread.LEAVE, words=(
        "휴대폰번호 휴대전화번호 휴대폰 휴대전화 핸드폰번호 핸드폰 연락처 전화번호 휴대폰1 연락처1"
        " 전화번호1 전화1 고객전화번호 전화 mobile"
        " mobilenumber mobilephone cellphone phonenumber phone tel telephone hp contact"
    )),
    Field("email", pgettext_lazy("column of a file", "E-mail"), Type.EMAIL, unread=Unread.LEAVE, words=(
        "이메일 이메일주소 메일 메일주소 전자우편 전자우편주소 email emailaddress mail"
    )),
    Field("address", pgettext_lazy("column of a file", "Address"), cut=200, words=(
        "주소 도로명주소 배송주소 배송지 자택주소 집주소 지번주소 주소1 address defaultaddressaddress1"
        " streetaddress address1 street"
    )),
    Field("postcode", pgettext_lazy("column of a file", "Postcode"), Type.POSTCODE, unread=Unread.LEAVE, words=(
        "우편번호 우편 defaultaddresszip postcode postalcode zip zipcode"
    )),
    Field("place", pgettext_lazy("column of a file", "District"), cut=80, words=(
        "지역 시군구 거주지 거주지역 동네 구 defaultaddresscity place district city town suburb region area"
    )),
    Field("occupation", pgettext_lazy("column of a file", "Occupation"), cut=80,
          words="직업 직종 직업군 occupation job profession"),
    Field("member_no", pgettext_lazy("column of a file", "Member number"), Type.CODE, words=(
        "회원번호 회원id 회원아이디 회원코드 멤버십번호 멤버십카드번호 카드번호 memberno memberid membernumber"
        " membershipno cardno cardnumber 대출증번호 회원증번호 도서관회원번호 대출회원번호 patronbarcode"
    )),
    Field("household", pgettext_lazy("column of a file", "Household"), Type.CODE, longest=80, words=(
        "가구 가구번호 세대 세대번호 가족 가족번호 household householdid familyid family"
    )),
    Field("dealer", pgettext_lazy("column of a file", "Shop or dealer"), Type.CODE, longest=40, words=(
        "대리점 대리점명 담당대리점 담당매장 관리점 매장 매장명 지점 지점명 점포 dealer agency storeid store shop"
        " branch"
    )),
    Field("line", pgettext_lazy("column of a file", "Line of business"), cut=40, words=(
        "사업 사업부문 사업부 사업부명 사업구분 사업영역 사업라인 라인 거래방식 거래유형 거래구분 거래형태 판매방식"
        " 이용방식 이용유형 서비스구분 lineofbusiness businessline businessunit line division"
    )),
    Field("source", pgettext_lazy("column of a file", "How they came to us"), cut=40, words=(
        "유입경로 가입경로 방문경로 등록경로 고객경로 등록매체 가입매체 유입매체 매체 source channel medium howmet"
        " utmmedium utmsource"
    )),
    Field("campaign", pgettext_lazy("column of a file", "Campaign or event they came by"), cut=120, words=(
        "유입캠페인 가입캠페인 등록캠페인 유입이벤트 가입이벤트 등록이벤트 가입행사 등록행사 유입행사 유입광고"
        " 가입경로상세 유입경로상세 캠페인 캠페인명 이벤트명 행사명 광고명 cameby utmcampaign campaign campaignname"
        " signupcampaign sourcecampaign promotion"
    )),
    Field("registered_at", pgettext_lazy("column of a file", "Registered on"), Type.MOMENT, unread=Unread.LEAVE, words=(
        "가입일 가입일시 가입일자 회원가입일 회원가입일시 회원등록일 등록일 등록일시 등록일자 최초등록일"
        " 첫방문일 registeredat registered registrationdate"
        " joined joinedat joindate signupdate createdat created"
    )),
)  # fmt: skip

REASONS = {
    "who": gettext_lazy(
        "Row %(row)s: nothing says who this is. Give a customer number, a phone number, an e-mail address or a name."
    ),
}
REPEATED = (
    "SELECT count(*) FROM"
    " (SELECT hash(known_by, key) AS who FROM lines WHERE accepted GROUP BY who HAVING count(*) > 1)"
)
BY = ("member", "phone", "email", "name")  # what stands in for a customer number, in this order


def gaps(mapping: Mapping[str, str]) -> list[str]:
    """Something has to say who it is."""
    return [] if any(field in mapping for field in TELLING) else ["external_id"]


def doubts(mapping: Mapping[str, str]) -> list[str]:
    """What to think over before these columns are taken."""
    lunar = mapping.get("birth_date", "")
    told = [
        _("“%(column)s” says lunar dates: they are read as they stand, which is up to seven weeks early.")
        % {"column": lunar}
    ] if re.search("음력|lunar", lunar, re.IGNORECASE) else []  # fmt: skip
    if "external_id" in mapping or not mapping:
        return told
    told += [_("There is no customer number: people are known by their member number, else by their phone number, else"
              " by their e-mail address, else by name and date of birth.")]  # fmt: skip
    if set(mapping) & set(TELLING) <= set(NAMES) and "birth_date" not in mapping:
        told.append(_("Customers are told apart by name alone: people of the same name become one customer."))
    return told


def prepare(stage: Stage, given: Given) -> None:
    """Find phone numbers and addresses that the file gives to people of several names, where one would be a key."""
    first = " AND ".join(f"coalesce({given.cell(one)}, '') = ''" for one in ("external_id", "member_no"))
    name = "concat_ws(' ', {}, {}, {})".format(*(f"nullif({given.cell(one)}, '')" for one in NAMES))
    parts = [
        f"SELECT {number} AS number FROM raw WHERE {first} AND {name} <> '' GROUP BY 1"  # noqa: S608 -- our own names
        f" HAVING number IS NOT NULL AND min({name}) <> max({name})"
        for number in (f"phone_of({given.cell('phone')})", f"nullif(lower({given.cell('email')}), '')")
    ]
    stage.make("shared", " UNION ALL ".join(parts))


def judge(rows: str, given: Given) -> str:
    """The number each person is known by, and whose numbering that is.

    Without a customer number a phone number or an address is one, unless the file gives it to people of several names
    or a marketplace lends it.
    """
    named = _named(rows) if {"given_name", "family_name"} & set(given.mapping) else rows
    apart = "full_name || coalesce(' ' || birth_date, '')"
    own = "NOT IN (SELECT number FROM shared)"
    return f"""
        SELECT *, left(coalesce(external_id, member_no, own_phone, own_email, nullif({apart}, '')), {LONGEST}) AS key,
          CASE WHEN external_id IS NOT NULL THEN 'customer' WHEN member_no IS NOT NULL THEN 'member'
               WHEN own_phone IS NOT NULL THEN 'phone' WHEN own_email IS NOT NULL THEN 'email'
               ELSE 'name' END AS known_by,
          CASE WHEN key IS NULL THEN 'who' ELSE '' END AS wrong
        FROM (SELECT *, coalesce(phone LIKE '+8250%', false) AS safe,
          CASE WHEN NOT safe AND phone {own} THEN phone END AS own_phone,
          CASE WHEN email {own} THEN email END AS own_email FROM ({named}))"""  # noqa: S608 -- our own names


def _named(rows: str) -> str:
    """Names that stand in two columns put together, in the order of their language."""
    parts = "family_name || given_name", "trim(given_name || ' ' || family_name)"
    joined = "CASE WHEN regexp_matches({0}, '[가-힣]') THEN {0} ELSE {1} END".format(*parts)
    return f"SELECT * REPLACE (coalesce(nullif(full_name, ''), {joined}, '') AS full_name) FROM ({rows})"  # noqa: S608 -- our own names


def feeds(stage: Stage, given: Given) -> Iterator[Feed]:
    """The people, in the order of the file."""
    kept = {heading: f"kept_{given.headings.index(heading)}" for heading in given.kept}
    more = "".join(f", {name}" for name in kept.values())
    query = f"""
        SELECT key AS external_id, CASE WHEN known_by = 'name' THEN 'customer' ELSE known_by END AS scheme, full_name,
          birth_date, coalesce(gender, '') AS gender, phone, email, address, coalesce(postcode, '') AS postcode, place,
          occupation, CASE WHEN known_by = 'member' THEN '' ELSE coalesce(member_no, '') END AS member_no, household,
          dealer AS unit, line, source, campaign AS came_by, registered_at{more}
        FROM lines WHERE accepted ORDER BY row"""  # noqa: S608 -- our own names
    yield from ahead(_made(stage.batches(query, PART), kept, placed="place" in given.mapping))


def _made(parts: Iterator[pa.Table], kept: Mapping[str, str], *, placed: bool) -> Iterator[Feed]:
    for part in parts:
        columns = {name: part[name] for name in part.column_names if name not in kept.values()}
        columns["line"] = _coded(part["line"], line_code)
        if not placed:
            columns["place"] = _coded(part["address"], lambda address: district(address)[:80])
        if kept:
            columns["attributes"] = _details(part, kept)
        yield made("customers", columns)


def _coded(column: pa.ChunkedArray, code: Callable[[str], str]) -> pa.Array:
    """What each cell comes to, worked out once for all that say the same."""
    encoded = column.combine_chunks().dictionary_encode()
    return pa.array([code(one) for one in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)


def _details(part: pa.Table, kept: Mapping[str, str]) -> pa.Array:
    """The further columns of each person as a JSON object; what is empty, or may not be kept, is not in it."""
    rows = zip(*(part[name].to_pylist() for name in kept.values()), strict=True)
    told = ({heading: cell for heading, cell in zip(kept, row, strict=True) if cell and cell != MASK} for row in rows)
    return pa.array([json.dumps(one, ensure_ascii=False) if one else "" for one in told], pa.string())


def warnings(found: Mapping[str, int], taken: Taken, _given: Given) -> list[str]:
    """What was decided on the way, in words, each with its count."""
    told = (
        (found["member"], ngettext("%(count)s person has no customer number and is known by the member number.",
                                   "%(count)s people have no customer number and are known by their member numbers.",
                                   found["member"])),
        (found["phone"], ngettext("%(count)s person has no customer number and is known by the phone number.",
                                  "%(count)s people have no customer number and are known by their phone numbers.",
                                  found["phone"])),
        (found["email"], ngettext("%(count)s person has no customer number and is known by the e-mail address.",
                                  "%(count)s people have no customer number and are known by their e-mail addresses.",
                                  found["email"])),
        (found["name"], ngettext(
            "%(count)s person has no number of their own and is known by name and date of birth.",
            "%(count)s people have no number of their own and are known by name and date of birth.", found["name"])),
        (found["safe"], ngettext(
            "%(count)s phone number was lent by a marketplace (050): it is kept to call, but nobody is known by it.",
            "%(count)s phone numbers were lent by a marketplace (050): they are kept to call, but nobody is known by"
            " them.", found["safe"])),
        (found["repeated"], ngettext(
            "%(count)s person comes more than once: where the rows differ, the last one counts.",
            "%(count)s people come more than once: where the rows differ, the last one counts.", found["repeated"])),
        (taken.elsewhere, ngettext(
            "%(count)s member number stays with the customer who has it already.",
            "%(count)s member numbers stay with the customers who have them already.", taken.elsewhere)),
    )  # fmt: skip
    return [sentence % {"count": f"{count:,}"} for count, sentence in told if count]


CUSTOMERS = Kind(
    "customers", pgettext_lazy("kind of file", "Customers"), FIELDS, feeds,
    gaps=gaps, doubts=doubts, judge=judge, warnings=warnings, reasons=REASONS, keeps=True,
    totals=("external_id", "member_no", "phone", "email", "birth_date"),
    counted={
        **{one: f"accepted AND known_by = '{one}'" for one in BY}, "safe": "accepted AND safe",
    },
    asked={"repeated": REPEATED}, prepare=prepare, spent=("own_phone", "own_email"),
)  # fmt: skip
