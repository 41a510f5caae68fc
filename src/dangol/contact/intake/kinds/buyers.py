"""Whose a line of a purchase is: by its number, the phone of the buyer, or what another row of the receipt says."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.contact.intake.kinds.kind import Given, Stage, Wish
from dangol.lib.resident_numbers import MASK

PARTS = 100_000  # receipts, neighbours in the file, to whose lines a customer is given at a time
NAMED = 5  # columns that may say who bought
_MASKED = "**"
OF_PEOPLE = re.compile(
    "고객|회원|손님|구매자|주문자|결제자|예약자|이용자|이름|성명|성함|닉네임|아이디|전화|연락|휴대|핸드폰|카드|메일"
    r"|customer|client|member|buyer|guest|patron|shopper|user|name|phone|mobile|mail|card|\bid\b"
)
RECEIPT = "hash(receipt, CAST(time AS DATE), store)"  # which rows are of one: numbers begin anew each day in each store


def customer(given: Given) -> str:
    """SQL for whose the row is: without a number, or with one that was made unreadable, whoever has the phone number.

    A marketplace masks the numbers of its members (nav***): those of several people look alike. A phone number that it
    lends is given to others later.
    """
    if "customer" not in given.mapping:
        return "customer"
    number = f"CASE WHEN NOT contains(customer, '{_MASKED}') THEN customer END"
    if "phone" not in given.mapping or given.same_column("customer", "phone"):
        return number
    return f"coalesce({number}, CASE WHEN phone NOT LIKE '+8250%' THEN phone END)"


def complete(stage: Stage, given: Given) -> None:
    """Tell of numbers that name nobody, and give rows without a customer to that of their receipt."""
    _tell_masked(stage, given)
    _complete_customers(stage, given)


def wish(rows: int, given: Given) -> None:
    """Tell that no column says who bought, and which columns may, where any row came in."""
    if not rows:
        return
    told = ngettext(
        "No column of the file says who bought: %(count)s row belongs to nobody known and counts in revenue only.",
        "No column of the file says who bought: %(count)s rows belong to nobody known and count in revenue only.",
        rows,
    ) % {"count": f"{rows:,}"}
    might = _might_tell(given)
    if might:
        way_out = _("If one of these columns does, choose it as the customer number: %(columns)s.")
        named = [*might[:NAMED], *(["…"] if len(might) > NAMED else [])]
        told = f"{told} {way_out % {'columns': ', '.join(named)}}"
    given.wishes.append(Wish("customer", told, might[:NAMED]))


def _might_tell(given: Given) -> list[str]:
    """Columns left out that may say who bought: those that sound like it, where there are any."""
    sounding = [heading for heading in given.left if OF_PEOPLE.search(heading.casefold())]
    return sounding or given.left


def _tell_masked(stage: Stage, given: Given) -> None:
    """Note how many rows name nobody by a number that was made unreadable."""
    if "customer" not in given.mapping:
        return
    masked = f"contains({given.cell('customer')}, '{_MASKED}') AND NOT contains({given.cell('customer')}, '{MASK}')"
    count = stage.one(f"SELECT count(*) FROM raw WHERE {masked}")[0]  # noqa: S608 -- our own names
    if count:
        told = ngettext(
            "%(count)s row has a number with asterisks in “%(column)s”: several people may look alike in it, so nobody"
            " is known by it.",
            "%(count)s rows have numbers with asterisks in “%(column)s”: several people may look alike in them, so"
            " nobody is known by them.",
            count,
        )
        given.notes.append(told % {"count": f"{count:,}", "column": given.mapping["customer"]})


def _complete_customers(stage: Stage, given: Given) -> None:
    """Give rows that leave the customer blank to the one customer whom other rows of their receipt name.

    Many exports write who it was on the first line of a receipt alone. A receipt is what stands together in the file:
    elsewhere the same number may be another till's. One with two customers stays as it is, and so does a row that says
    that nobody is known.
    """
    if not {"customer", "receipt"} <= set(given.mapping):
        return
    if not stage.one("SELECT count(*) FROM lines WHERE accepted AND customer IS NULL AND receipt IS NOT NULL")[0]:
        return
    stage.make(
        "together",
        f"""
        SELECT row, numbered, customer,
          CAST(sum(CAST(begins AS INTEGER)) OVER (ROWS UNBOUNDED PRECEDING) AS INTEGER) AS part FROM (
          SELECT row, numbered, customer, whole IS DISTINCT FROM lag(whole) OVER () AS begins FROM (
            SELECT row, receipt IS NOT NULL AS numbered, customer, {RECEIPT} AS whole
            FROM lines WHERE accepted))""",  # noqa: S608 -- our own names
    )
    if count := sum(_filled(stage, given, first) for first in range(1, _parts(stage) + 1, PARTS)):
        told = ngettext(
            "%(count)s row leaves the customer blank: it was given to the customer of its receipt.",
            "%(count)s rows leave the customer blank: they were given to the customer of their receipt.",
            count,
        )
        given.notes.append(told % {"count": f"{count:,}"})
    stage.engine.execute("DROP TABLE together")
    stage.engine.execute("CHECKPOINT")  # what was changed goes to the file: until then it lies in memory


def _parts(stage: Stage) -> int:
    """How many receipts there are."""
    return int(stage.one("SELECT coalesce(max(part), 0) FROM together")[0])


def _filled(stage: Stage, given: Given, first: int) -> int:
    """Fill in the customer of so many receipts, neighbours in the file: how many rows. All at once fill memory."""
    these = f"part BETWEEN {first} AND {first + PARTS - 1}"
    low, high = stage.one(f"SELECT min(row), max(row) FROM together WHERE {these}")  # noqa: S608 -- our own names
    here = f"row BETWEEN {low} AND {high}"
    filled = stage.engine.execute(f"""
        UPDATE lines SET customer = whose.customer
        FROM (SELECT part, min(customer) AS customer FROM together WHERE {these} AND numbered GROUP BY part
              HAVING min(customer) = max(customer) AND count(customer) < count(*)) AS whose
        JOIN (SELECT row, part FROM together WHERE {these}) AS together USING (part)
        JOIN (SELECT row FROM raw WHERE {here} AND {given.cell("customer")} = '') AS raw USING (row)
        WHERE lines.row = raw.row AND lines.customer IS NULL AND lines.{here}""")  # noqa: S608 -- our own names
    return int(filled.fetchone()[0])
