"""Orders that were called off or sent back, as a shop's export says in a column: no sale, and left out.

Some say it on each line, of that line; some on the first line of an order, of all.
"""

from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from dangol.contact.intake.kinds.buyers import RECEIPT
from dangol.contact.intake.kinds.kind import Field, Given, Stage
from dangol.contact.intake.whose import SOURCE
from dangol.records.ledger.receipts import amounts_there

STATE = Field(
    "state",
    pgettext_lazy("column of a file", "State of the order"),
    words="주문상태 주문처리상태 orderstatus orderstate financialstatus",
)
REASONS = {
    "state": gettext_lazy(
        "Row %(row)s: “%(column)s” says %(cell)s. An order that was called off or sent back is no sale: it is left out."
    ),
    "undone": gettext_lazy(
        "Row %(row)s: “%(column)s” says on another row of the order that it was called off or sent back. That is no"
        " sale: it is left out."
    ),
}
WORDS = tuple(REASONS)
# What a shop's order has come to when its money went back; asked for, or called off again, it still stands. POS files
# say the same in other columns, of rows that take back what an earlier row sold.
_UNDONE = (
    "(취소|반품|환불)완료|^(주문|결제|구매|입금전|미입금|관리자|직권)?(취소|반품|환불)$"
    "|cancell?ed|refunded|returned|voided"
)
_SAID = "lower(regexp_replace(state, '\\s', '', 'g'))"
_REFUSED = f"list_has_any(string_split(problem, ' '), {list(WORDS)})"
_STANDS = "철회|거부|부분|일부|partial"


def judged(given: Given) -> str:
    """SQL for why a row is refused: the order was undone. A row below nothing takes back what another sold."""
    if "state" not in given.mapping:
        return ""
    return f"CASE WHEN {_undone()} AND minor >= 0 AND coalesce(quantity, 1) >= 0 THEN 'state' END,"


def said(given: Given) -> str:
    """SQL of whether a row says that it was undone, and whether it says nothing; for files that have the column."""
    return f", {_undone()} AS undone, {_SAID} = '' AS silent" if "state" in given.mapping else ""


def _undone() -> str:
    return f"(regexp_matches({_SAID}, '{_UNDONE}') AND NOT regexp_matches({_SAID}, '{_STANDS}'))"


def spread(stage: Stage, given: Given) -> None:
    """Refuse the lines that say nothing of an order whose other lines say that it was undone, and no line otherwise."""
    if not {"state", "receipt"} <= set(given.mapping):
        return
    if not stage.one("SELECT count(*) FROM lines WHERE undone AND receipt IS NOT NULL")[0]:
        return
    stage.make(
        "gone",
        f"""
        SELECT {RECEIPT} AS whole FROM lines WHERE receipt IS NOT NULL AND NOT silent
        GROUP BY whole HAVING bool_and(undone)""",  # noqa: S608 -- our own names
    )
    stage.engine.execute(f"""
        UPDATE lines SET accepted = false, undone = true, problem = 'undone'
        WHERE accepted AND silent AND minor >= 0 AND receipt IS NOT NULL
          AND {RECEIPT} IN (SELECT whole FROM gone)""")  # noqa: S608 -- our own names
    stage.engine.execute("DROP TABLE gone")


def tell(stage: Stage, given: Given, *, key: str) -> None:
    """Note how many of them an earlier file sold: a ledger is not edited by what a file leaves out; and how many rows
    need no mending.

    key: SQL of what tells receipts apart.
    """
    if "state" not in given.mapping:
        return
    _tell_sold(stage, given, key=key)
    if rows := stage.one(f"SELECT count(*) FROM lines WHERE {_REFUSED}")[0]:  # noqa: S608 -- our own words
        told = ngettext(
            "%(count)s row is of an order that was called off or sent back. It is left out as no sale: there is nothing"
            " to mend in it.",
            "%(count)s rows are of orders that were called off or sent back. They are left out as no sales: there is"
            " nothing to mend in them.",
            rows,
        )
        given.notes.append(told % {"count": f"{rows:,}"})


def _tell_sold(stage: Stage, given: Given, *, key: str) -> None:
    rows = stage.engine.execute(f"""
        SELECT {key} AS receipt_key, minor, count(*) FILTER (accepted) AS standing FROM lines
        WHERE receipt IS NOT NULL AND hash({key}) IN (SELECT hash({key}) FROM lines WHERE {_REFUSED})
        GROUP BY receipt_key, minor HAVING bool_or({_REFUSED})""").fetchall()  # noqa: S608 -- our own names
    there = amounts_there(list(dict.fromkeys(receipt for receipt, *_more in rows)), source=SOURCE)
    if count := len({receipt for receipt, minor, standing in rows if there[receipt, minor] > standing}):
        told = ngettext(
            "%(count)s order was called off or sent back since an earlier file brought it: there it still counts as a"
            " sale. Undo that file, then import this one again.",
            "%(count)s orders were called off or sent back since an earlier file brought them: there they still count"
            " as sales. Undo that file, then import this one again.",
            count,
        )
        given.notes.append(told % {"count": f"{count:,}"})
