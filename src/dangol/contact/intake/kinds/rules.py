"""What several kinds of files have in common: whose a row is, by what it is known again, and words that mean a code."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext_lazy, pgettext_lazy

from dangol.contact.intake.kinds.kind import LONGEST, Field, Given, Stage, Type, Unread, Word
from dangol.contact.intake.kinds.transactions import FIELDS, OF_LIBRARIES, OF_SHOPS

PART = 20_000
BRACKETS = re.compile(r"[(\[（](.*?)[)\]）]")
# Headings that files of purchases have, too.
COMMON = {field.name: field.words for field in FIELDS}
NAME = Field("name", pgettext_lazy("column of a file", "Name"), words=COMMON["name"])
PHONE = Field(
    "phone", pgettext_lazy("column of a file", "Phone"), Type.PHONE, unread=Unread.LEAVE, words=COMMON["phone"]
)  # fmt: skip
STORE = Field("store", pgettext_lazy("column of a file", "Shop"), Type.CODE, longest=40, words=COMMON["store"])

# How people write where they met, and the code of it; what none of these finds is kept as it is written.
TOUCHPOINTS = (
    ("email", "메일|전자우편|mail"),
    ("phone", "전화|유선|콜센터|통화|ars|phone|call|tel"),
    ("app", "앱|어플|app"),
    ("dealer", "대리점|dealer"),
    ("delivery", "배송|배달|기사|deliver"),
    ("web", "홈페이지|홈피|웹|인터넷|온라인|게시판|사이트|쇼핑몰|web|online|site|internet"),
    ("message", "문자|sms|lms"),
    ("till", "계산대|포스|pos|till"),
    ("counter", "창구|대면|데스크|안내데스크|counter|desk"),
    ("store", "매장|점포|지점|방문|store|shop"),
    ("post", "우편|편지|dm|post|letter"),
)


def who(*, needed: bool = True, more: str = "") -> Field:
    """The field that says whose a row is."""
    words = f"{more} {OF_LIBRARIES} {OF_SHOPS}".strip()
    return Field("customer", pgettext_lazy("column of a file", "Customer number"), Type.CUSTOMER, words, needed)


def stand_ins(mapping: Mapping[str, str]) -> dict[str, str]:
    """Without a number of the customer, phone or name stand for them."""
    settled = dict(mapping)
    for stand_in in ("phone", "name"):
        if "customer" not in settled and stand_in in settled:
            settled["customer"] = settled[stand_in]
    return settled


def no_key(field: str) -> str:
    """SQL for the problem of a number that a marketplace gives to others later: nobody can be known by it."""
    return f"CASE WHEN regexp_matches(coalesce(phone_of({field}), ''), '^\\+8250') THEN 'no_key' END"


NO_KEY: Word = gettext_lazy(
    "Row %(row)s: the number in “%(column)s” is a safe number of a marketplace, which is given to others later."
    " Write another number of the customer."
)


def plain(cell: str) -> str:
    """SQL for a text without case, spaces and signs."""
    return rf"lower(regexp_replace({cell}, '[\s_./·,()\[\]-]+', '', 'g'))"


def meant(cell: str, rules: tuple[tuple[str, str], ...], *, otherwise: str = "''") -> str:
    """SQL for the code that a text means: that of the first pattern found in it, "" for an empty one."""
    cases = " ".join(f"WHEN regexp_matches({plain(cell)}, '{pattern}') THEN '{code}'" for code, pattern in rules)
    return f"CASE WHEN {plain(cell)} = '' THEN '' {cases} ELSE {otherwise} END"


def touchpoint(cell: str) -> str:
    """SQL for where it was: a code of ours, or what is written."""
    return meant(cell, TOUCHPOINTS, otherwise=f"left({cell}, 40)")


def beside(rows: str, given: Given, **fields: str) -> str:
    """SQL of the typed rows with cells of some fields as they were written: name of the column → field."""
    cells = ", ".join(f"{given.cell(field)} AS {name}" for name, field in fields.items())
    return f"SELECT * FROM ({rows}) JOIN (SELECT row, {cells} FROM raw) USING (row)"  # noqa: S608 -- our own names


def keyed(stage: Stage, *, own: str, told: tuple[str, ...], apart: str, among: str = "accepted") -> None:
    """Make the table `keys` (row, key): by what each row is known when it comes again.

    A row with a number of its own (`ref`) is known by that and by `own`; where rows of the file have one number and
    tell different things (`apart`), by these, too. A row without is known by what it tells, and by how many told the
    same before it, so that a file that overlaps with an earlier one adds only what is new.
    """
    content = f"md5(concat_ws(chr(31), {', '.join(f'''coalesce(CAST({one} AS VARCHAR), '')''' for one in told)}))"
    stage.make(
        "keys",
        f"""
        SELECT row, CASE WHEN ref IS NULL THEN said || '-' || row_number() OVER (PARTITION BY ref, said ORDER BY row)
            WHEN several THEN short || '#' || left(other, 12) ELSE short END AS key
        FROM (SELECT row, ref, said, other,
            CASE WHEN length(named) <= {LONGEST - 20} THEN named ELSE md5(named) END AS short,
            min(other) OVER (PARTITION BY named) <> max(other) OVER (PARTITION BY named) AS several
        FROM (SELECT row, ref, strftime(time, '%Y%m%d') || '-' || left({content}, 16) AS said,
            concat_ws('@', ref, {own}) AS named, md5({apart}) AS other FROM lines WHERE {among}))""",  # noqa: S608
    )
