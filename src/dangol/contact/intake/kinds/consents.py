"""What people agreed to and refused: a row an answer, or a row a form with a column a question.

An agreement needs its day and its evidence, or it is refused here as it is everywhere. A refusal needs neither: it is
taken even out of a row that is refused for something else.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from dangol.contact.intake.feeds import Feed, made
from dangol.contact.intake.kinds.kind import Field, Given, Kind, Stage, Type, Unread, Word
from dangol.contact.intake.kinds.rules import (
    BRACKETS,
    COMMON,
    NAME,
    NO_KEY,
    PHONE,
    meant,
    no_key,
    plain,
    stand_ins,
    who,
)
from dangol.contact.intake.taken import Taken
from dangol.contact.intake.whose import SOURCE, keys_of
from dangol.records.customers.identities import known_ids
from dangol.records.customers.queries import customers_of
from dangol.records.customers.schemes import source_of
from dangol.records.permission.on_record import Question, answers_of

PART = 20_000
YES = (
    "예", "네", "동의", "동의함", "수신", "수신함", "수신동의", "허용", "승낙",
    "y", "yes", "true", "t", "1", "o", "○", "ok", "on", "agree", "agreed", "granted", "accepted", "optin", "subscribed",
)  # fmt: skip
NO = (
    "아니오", "아니요", "미동의", "비동의", "부동의", "동의안함", "동의하지않음", "거부", "거절", "수신거부",
    "수신안함", "미수신", "동의철회", "수신동의철회", "철회", "해지", "불가",
    "n", "no", "false", "f", "0", "x", "×", "off", "disagree", "refused", "denied",
    "declined", "withdrawn", "optout", "unsubscribed",
)  # fmt: skip
PURPOSES = (
    ("night", "야간|night"),
    ("third_party", "3자|제삼자|third"),
    ("overseas", "국외|해외|overseas|abroad"),
    ("sensitive", "민감|sensitive"),
    ("automated", "자동화|자동결정|자동적|automated|profiling"),
    ("reading", "독서|대출이력|reading"),
    ("behaviour", "행태|쿠키|cookie|behaviou?r|tracking"),
    ("marketing", "광고|마케팅|수신|홍보|이벤트|소식|marketing|advert|promo|newsletter"),
    ("collection", "개인정보|수집|이용|필수|약관|collection|privacy|personal"),
)
CHANNELS = (
    ("*", "전체|모두|모든|전부|^all$|any"),
    ("kakao", "카카오|카톡|알림톡|친구톡|kakao"),
    ("email", "메일|mail"),
    ("dm", "우편|dm|post"),
    ("push", "푸시|앱|push|app"),
    ("call", "전화|유선|tm|call|phone|tel"),
    ("fax", "팩스|fax"),
    ("sms", "문자|휴대폰|sms|lms|mms|text"),
)


def _in_brackets(*channels: str) -> str:
    """As forms write a channel behind the question: 광고성 정보 수신(문자), 마케팅 수신동의 (SMS)."""
    asked = ("광고성정보수신", "광고성정보수신동의", "광고수신", "광고수신동의", "마케팅수신", "마케팅수신동의",
             "마케팅동의", "수신", "수신동의")  # fmt: skip
    return " ".join(f"{question}{channel}" for question in asked for channel in channels)


def _form(name: str, label: Word, words: str) -> Field:
    return Field(name, label, words=words)


# A column a question: name → (purpose, channel).
ASKED: dict[str, tuple[str, str]] = {
    "collection": ("collection", ""), "marketing": ("marketing", ""), "marketing_sms": ("marketing", "sms"),
    "marketing_email": ("marketing", "email"), "marketing_dm": ("marketing", "dm"),
    "marketing_kakao": ("marketing", "kakao"), "marketing_push": ("marketing", "push"),
    "marketing_call": ("marketing", "call"), "night": ("night", ""), "third_party": ("third_party", ""),
    "overseas": ("overseas", ""), "sensitive": ("sensitive", ""), "automated": ("automated", ""),
    "reading": ("reading", ""), "behaviour": ("behaviour", ""),
}  # fmt: skip
FIELDS = (
    who(),
    Field("time", pgettext_lazy("column of a file", "Answered on"), Type.MOMENT, unread=Unread.OWN, words=(
        "동의일시 동의일자 동의일 수신동의일 수신동의일자 마케팅동의일 동의날짜 동의시각 응답일 변경일 철회일"
        " 거부일 수신거부일"
        " 동의변경일 consentdate consentedat agreedat answeredat optindate optintime optoutdate"
        f" {COMMON['time']}"
    )),
    Field("purpose", pgettext_lazy("column of a file", "What was asked"), words=(
        "동의항목 동의목적 동의구분 동의유형 동의종류 동의명 항목 목적 약관명 약관 purpose consenttype"
        " consentname consent type"
    )),
    Field("channel", pgettext_lazy("column of a file", "By which channel"),
          words="수신채널 수신방법 수신매체 동의채널 발송채널 채널 매체 channel medium media"),
    Field("granted", pgettext_lazy("column of a file", "Agreed"), words=(
        "동의여부 동의상태 응답 답변 여부 동의 granted agreed optin consented answer status"
    )),
    Field("evidence", pgettext_lazy("column of a file", "Evidence"), cut=200, words=(
        "증빙 증거 증빙자료 근거 동의근거 동의서번호 동의서 동의경로 동의방법 수집경로 동의매체 가입경로"
        " 동의ip ip evidence proof"
        " formno source consentsource origin"
    )),
    Field("text_version", pgettext_lazy("column of a file", "Version of the text"), cut=40,
          words="약관버전 동의서버전 문구버전 버전 textversion version termsversion"),
    Field("recipient", pgettext_lazy("column of a file", "Who gets the data"), cut=120,
          words="제공받는자 제공처 수령자 이전받는자 recipient"),
    Field("reminded_at", pgettext_lazy("column of a file", "Last told that it stands"), Type.MOMENT,
          unread=Unread.LEAVE,
          words="수신동의확인일 동의확인일 재확인일 안내일 수신동의안내일 remindedat reconfirmedat"),
    _form("collection", gettext_lazy("Collection and use of personal data"), (
        "개인정보수집이용동의 개인정보수집및이용동의 개인정보수집동의 개인정보이용동의 개인정보동의"
        " 개인정보처리동의 필수동의"
        " privacyconsent")),
    _form("marketing", gettext_lazy("Advertising messages"), (
        "광고성정보수신동의 광고수신동의 마케팅수신동의 마케팅동의 마케팅활용동의 마케팅이용동의 수신동의"
        " 수신동의여부 마케팅"
        " 광고수신 마케팅수신 광고성정보수신 광고성정보수신여부 광고성정보수신동의여부 광고수신여부 광고수신동의여부"
        " 마케팅수신여부 마케팅수신동의여부 마케팅동의여부 마케팅정보수신 마케팅정보수신동의 정보수신동의 광고동의"
        " marketing marketingconsent marketingoptin newsletter emailmarketing acceptsmarketing")),
    _form("marketing_sms", gettext_lazy("Advertising by text message"), (
        "sms수신동의 문자수신동의 sms수신 문자수신 sms수신여부 문자수신여부 sms동의 문자동의 sms smsconsent smsoptin"
        f" acceptssmsmarketing 휴대폰수신동의 {_in_brackets('문자', 'sms')}")),
    _form("marketing_email", gettext_lazy("Advertising by e-mail"), (
        "이메일수신동의 메일수신동의 이메일수신 메일수신 이메일수신여부 메일수신여부 이메일동의 emailconsent emailoptin"
        f" acceptsemailmarketing {_in_brackets('이메일', '메일', 'email')}")),
    _form("marketing_dm", gettext_lazy("Advertising by post"),
          "우편수신동의 dm수신동의 우편수신 dm수신 dm수신여부 우편물수신동의 dmconsent postconsent"
          f" {_in_brackets('우편', 'dm')}"),
    _form("marketing_kakao", gettext_lazy("Advertising by KakaoTalk"),
          "카카오수신동의 카카오톡수신동의 알림톡수신동의 카톡수신동의 카카오수신 카카오톡수신여부 kakaoconsent"
          f" {_in_brackets('카카오톡', '카카오', '알림톡')}"),
    _form("marketing_push", gettext_lazy("Advertising by app notification"),
          "푸시수신동의 앱푸시수신동의 앱푸시동의 푸시동의 푸시수신 푸시수신여부 앱푸시수신여부 앱알림동의 pushconsent"
          f" {_in_brackets('앱푸시', '푸시', '앱')}"),
    _form("marketing_call", gettext_lazy("Advertising by phone call"),
          "전화수신동의 tm수신동의 tm동의 전화수신 텔레마케팅동의 callconsent phoneconsent"
          f" {_in_brackets('전화', 'tm')}"),
    _form("night", gettext_lazy("Advertising at night"),
        f"야간수신동의 야간광고수신동의 야간광고동의 야간수신 야간동의 nightconsent {_in_brackets('야간')}"),
    _form("third_party", gettext_lazy("Provision to third parties"), (
        "제3자제공동의 개인정보제3자제공동의 제3자정보제공동의 제삼자제공동의 제3자제공 thirdpartyconsent")),
    _form("overseas", gettext_lazy("Transfer abroad"), "국외이전동의 개인정보국외이전동의 국외이전 overseasconsent"),
    _form("sensitive", gettext_lazy("Sensitive data"),
        "민감정보동의 민감정보처리동의 민감정보수집동의 sensitiveconsent"),
    _form("automated", gettext_lazy("Decisions made by machine alone"),
        "자동화결정동의 자동화된결정동의 automatedconsent"),
    _form("reading", gettext_lazy("Keeping which titles somebody borrowed"), (
        "독서이력보관동의 독서이력동의 대출이력보관동의 대출이력동의 이력보관동의 readinghistory historyconsent")),
    _form("behaviour", gettext_lazy("Keeping what somebody reads on our web pages"), (
        "행태정보동의 행태정보수집동의 행태정보이용동의 쿠키동의 cookieconsent behaviourconsent behaviorconsent"
        " trackingconsent")),
    NAME,
    PHONE,
)  # fmt: skip

_UNCLEAR = gettext_lazy("Row %(row)s: “%(cell)s” in “%(column)s” is neither yes nor no. Write Y or N, or 동의 or 거부.")
REASONS: dict[str, Word] = {
    **dict.fromkeys((*ASKED, "granted"), _UNCLEAR),
    "evidence": gettext_lazy(
        "Row %(row)s: an agreement needs evidence: say in a column where it can be seen again, such as the number of"
        " the form. Refusals in this row are taken."
    ),
    "time": gettext_lazy(
        "Row %(row)s: cannot read the date “%(cell)s” in “%(column)s”, or it can be read in two ways."
        " Write it like 2026-11-22, 2026.11.22 or 20261122."
    ),
    "undated": gettext_lazy("Row %(row)s: an agreement needs the day on which it was given."),
    "purpose": gettext_lazy(
        "Row %(row)s: what was asked, “%(cell)s” in “%(column)s”, is none of those known: personal data, advertising,"
        " advertising at night, third parties, transfer abroad, sensitive data, automated decisions, reading history."
    ),
    "channel": gettext_lazy(
        "Row %(row)s: “%(cell)s” in “%(column)s” is no channel that is known. Write SMS, e-mail, post."
    ),
    "nothing": gettext_lazy("Row %(row)s: nothing is answered."),
    "contradiction": gettext_lazy(
        "Row %(row)s: the same question is answered yes and no at one moment. Keep the answer that was really given."
    ),
}


def gaps(mapping: Mapping[str, str]) -> list[str]:
    """Whose, and an answer: either what was asked and whether they agreed, or a column a question."""
    gap = [] if "customer" in mapping else ["customer"]
    if set(ASKED) & set(mapping):
        return gap
    return gap + [name for name in ("purpose", "granted") if name not in mapping]


def settle(mapping: Mapping[str, str]) -> dict[str, str]:
    """Where a row is an answer, a column that sounds like a question on a form is the answer itself."""
    settled = _by_brackets(stand_ins(mapping))
    asked = [name for name in ASKED if name in settled]
    if "purpose" in settled and "granted" not in settled and len(asked) == 1:
        settled["granted"] = settled.pop(asked[0])
    return settled


def _by_brackets(mapping: dict[str, str]) -> dict[str, str]:
    """An answer for one channel, or for the night, is none for all: what the brackets of its heading say counts."""
    said = " ".join(BRACKETS.findall(mapping.get("marketing", "").casefold()))
    channels = [code for code, words in CHANNELS[1:] if re.search(words, said)]
    if not channels and not re.search("야간|night", said):
        return mapping
    meant = [f"marketing_{channel}" for channel in channels] or ["night"]
    settled = {name: heading for name, heading in mapping.items() if name != "marketing"}
    for name in meant:
        if name in ASKED:
            settled.setdefault(name, mapping["marketing"])
    return settled


def _answer(cell: str) -> str:
    """SQL for yes, no, or null where nothing is said or it cannot be understood."""
    # A pattern, since the engine makes a join of every long list of words.
    yes, no = ("|".join(words) for words in (YES, NO))
    is_yes, is_no = (f"regexp_full_match({plain(cell)}, '{words}')" for words in (yes, no))
    return f"CASE WHEN {is_yes} THEN true WHEN {is_no} THEN false END"


def _answers(given: Given) -> str:
    """SQL for the list of answers of a row: purpose, channel ("?" for one that is not known), granted."""
    form = [
        f"CASE WHEN said_{name} IS NOT NULL THEN {{'purpose': '{purpose}', 'channel': '{channel}',"
        f" 'granted': said_{name}}} END"
        for name, (purpose, channel) in ASKED.items() if name in given.mapping
    ]  # fmt: skip
    found = f"[{', '.join(form)}]" if form else "[]::STRUCT(purpose VARCHAR, channel VARCHAR, granted BOOLEAN)[]"
    if "granted" in given.mapping:
        told = """CASE WHEN said_granted IS NOT NULL AND asked NOT IN ('', '?') THEN list_transform(channels,
            code -> {'purpose': asked, 'channel': code, 'granted': said_granted}) END"""
        found = f"list_concat({found}, coalesce({told}, []))"
    return f"list_filter({found}, one -> one IS NOT NULL)"


def _understood(rows: str, given: Given) -> str:
    """SQL of the typed rows with what each column says, what was asked and by which channels."""
    said = [f"{_answer(name)} AS said_{name}" for name in (*ASKED, "granted") if name in given.mapping]
    asked = meant("purpose", PURPOSES, otherwise="'?'")
    code = f"CASE WHEN trim(part) = '' THEN '' ELSE {meant('part', CHANNELS, otherwise="'?'")} END"
    # A refusal by a channel that nobody knows is a refusal by all.
    known = "CASE WHEN code = '*' OR code = '?' AND NOT said_granted THEN '' ELSE code END"
    parts = f"list_transform(string_split_regex(channel, '[,;+&·]|및'), part -> {code})"
    channels = f"list_distinct(list_transform(codes, code -> {known}))" if "granted" in given.mapping else "['']"
    return f"""
        SELECT *, {channels} AS channels FROM (SELECT *, {", ".join(said)}, {parts} AS codes,
          CASE WHEN purpose = '' AND channel <> '' THEN 'marketing' ELSE {asked} END AS asked FROM ({rows}))"""  # noqa: S608


def judge(rows: str, given: Given) -> str:
    """The answers of each row, and what it is refused for."""
    unclear = ", ".join(
        f"CASE WHEN {plain(name)} <> '' AND said_{name} IS NULL THEN '{name}' END"
        for name in (*ASKED, "granted") if name in given.mapping
    )  # fmt: skip
    lone = "said_granted IS NOT NULL AND asked IN ('', '?')" if "granted" in given.mapping else "false"
    said = ", ".join(f"said_{name}" for name in (*ASKED, "granted") if name in given.mapping)
    agreed = "len(list_filter(answers, one -> one.granted)) > 0"
    return f"""
        SELECT * EXCLUDE (codes, channels, asked, {said}),
          len(list_filter(answers, one -> NOT one.granted)) > 0 AS refuses,
          concat_ws(' ', {unclear}, CASE WHEN {lone} THEN 'purpose' END, {no_key("customer")},
            CASE WHEN len(list_filter(answers, one -> one.channel = '?')) > 0 THEN 'channel' END,
            CASE WHEN {agreed} AND time IS NULL THEN if(bad_time, 'time', 'undated') END,
            CASE WHEN {agreed} AND trim(evidence) = '' THEN 'evidence' END,
            CASE WHEN len(answers) = 0 AND NOT ({lone}) THEN 'nothing' END) AS wrong
        FROM (SELECT *, {_answers(given)} AS answers FROM ({_understood(rows, given)}))"""  # noqa: S608 -- our own names


def ask(stage: Stage, given: Given) -> None:
    """Refuse what contradicts itself or what is on record; make the table `said` of every answer of accepted rows."""
    said = """
        SELECT row, customer, time, recipient, u.one.purpose AS purpose, u.one.channel AS channel,
          u.one.granted AS granted FROM lines, unnest(answers) u(one) WHERE accepted"""
    stage.engine.execute(f"""
        UPDATE lines SET accepted = false, problem = 'contradiction' WHERE row IN (
          SELECT row FROM ({said}) JOIN (
            SELECT customer, time, recipient, purpose, channel FROM ({said}) WHERE time IS NOT NULL GROUP BY ALL
            HAVING count(DISTINCT granted) > 1) USING (customer, time, recipient, purpose, channel))""")  # noqa: S608
    contrary: list[int] = []
    for part in stage.batches(f"SELECT * FROM ({said}) WHERE time IS NOT NULL ORDER BY customer, row", PART):  # noqa: S608
        contrary += _against_the_record(part, ZoneInfo(given.zone))
    if contrary:
        stage.engine.register("contrary", pa.table({"row": contrary}))
        stage.engine.execute(
            "UPDATE lines SET accepted = false, problem = 'contradiction' WHERE row IN (SELECT row FROM contrary)"
        )
        stage.engine.unregister("contrary")


def _against_the_record(part: pa.Table, zone: ZoneInfo) -> list[int]:
    """Rows whose answer the record has the other way round, at the same moment."""
    owners = _owners(set(part["customer"].to_pylist()))
    known = answers_of(owners.values()) if owners else {}
    if not known:
        return []
    found = []
    for row in part.to_pylist():
        owner = owners.get(row["customer"])
        if owner is None:
            continue
        moment: datetime = row["time"].replace(tzinfo=zone).astimezone(ZoneInfo("UTC"))
        before = known.get(Question(owner, row["purpose"], row["channel"], row["recipient"][:120], moment))
        if before is not None and before.granted != row["granted"]:
            found.append(row["row"])
    return found


def _owners(texts: set[str]) -> dict[str, int]:
    """Whose numbers these are, of those that are known."""
    keys = keys_of(texts, source=SOURCE)
    found: dict[str, int] = {}
    for scheme in {key["scheme"] for key in keys.values()}:
        mine = {text: key["external_id"] for text, key in keys.items() if key["scheme"] == scheme}
        ids = known_ids(mine.values(), source=source_of(scheme, SOURCE), scheme=scheme)
        found |= {text: ids[key] for text, key in mine.items() if key in ids}
    owners = customers_of(set(found.values()))
    return {text: owners[identity] for text, identity in found.items() if identity in owners}


_COLUMNS = """customer, time AS answered_at, evidence, left(text_version, 40) AS text_version,
  left(recipient, 120) AS recipient, reminded_at"""


def aside(stage: Stage, given: Given) -> Iterator[Feed]:
    """People with the names they are given; and the refusals of rows that are refused for something else."""
    query = """
        SELECT customer AS external_id, coalesce(arg_max(name, row) FILTER (name <> ''), '')[:120] AS full_name,
          arg_max(phone, row) FILTER (phone <> '') AS phone, coalesce(min(time), min(now)) AS registered_at,
          'any' AS scheme
        FROM lines WHERE accepted GROUP BY customer HAVING bool_or(name <> '' OR phone <> '') ORDER BY min(row)"""
    for part in stage.batches(query, PART):
        yield made("customers", {name: part[name] for name in part.column_names})
    refusals = f"""
        SELECT {_COLUMNS}, CAST(to_json(list_filter(answers, one -> NOT one.granted)) AS VARCHAR) AS answers FROM lines
        WHERE NOT accepted AND left_out = '' AND refuses AND customer IS NOT NULL
          AND NOT list_has_any(string_split(problem, ' '), ['customer', 'contradiction', 'no_key'])
        ORDER BY row"""  # noqa: S608 -- our own names
    for part in stage.batches(refusals, PART):
        yield made("forms", {name: part[name] for name in part.column_names})


def feeds(stage: Stage, _given: Given) -> Iterator[Feed]:
    """The accepted rows with their answers."""
    query = f"SELECT {_COLUMNS}, CAST(to_json(answers) AS VARCHAR) AS answers FROM lines WHERE accepted ORDER BY row"  # noqa: S608
    for part in stage.batches(query, PART):
        yield made("forms", {name: part[name] for name in part.column_names})


def warnings(counts: Mapping[str, int], _taken: Taken, _given: Given) -> list[str]:
    """What was decided on the way."""
    count = counts["undated"]
    told = ngettext(
        "%(count)s row refuses something and has no day that can be read: it counts from today.",
        "%(count)s rows refuse something and have no day that can be read: they count from today.",
        count,
    )
    return [told % {"count": f"{count:,}"}] if count else []


CONSENTS = Kind(
    name="consents", label=pgettext_lazy("kind of file", "Consents"), fields=FIELDS, settle=settle, gaps=gaps,
    judge=judge, ask=ask, counted={"undated": "left_out = '' AND refuses AND time IS NULL"}, aside=aside, feeds=feeds,
    warnings=warnings, reasons=REASONS | {"no_key": NO_KEY}, told_by={"no_key": "customer"},
    spent=(*ASKED, "purpose", "channel", "granted"), totals=("customer", "time"),
)  # fmt: skip
