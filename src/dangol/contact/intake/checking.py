"""From cells to transaction lines: what each row says, and why it is refused when it says nothing usable."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from dangol.contact.intake import amounts, dates
from dangol.contact.intake.feeds import Feed, made
from dangol.contact.intake.staging import Staging
from dangol.contact.intake.tables import Cells
from dangol.lib import money
from dangol.lib.resident_numbers import MASK

LONGEST = 120  # characters of an id
PART = 50_000
PEOPLE = 20_000
TOTALS = (
    r"(?i)[\[(<*\s]*(총\s*)?(합\s*계|소\s*계|총\s*계|누\s*계|grand\s*total|sub[\s-]*total|totals?)"
    r"[\])>*:\s]*(\(.*\))?"
)
# What shops write where nobody is known.
NOBODY = ("비회원", "비회원구매", "손님", "일반고객", "guest", "anonymous", "nan", "null", "none", "n/a", "-")
NUMBERS = ("amount", "unit_price", "quantity", "discount")
CODES = ("customer", "receipt", "product")  # by which rows are put together


# What is counted of the checked rows; `now` is the clock of the check.
COUNTED = {
    "rows": "left_out = ''", "accepted": "accepted", "totals": "left_out = 'total'",
    "headings": "left_out = 'heading'", "rounded": "accepted AND rounded", "turned": "accepted AND turned",
    "future": "accepted AND time > now", "anonymous": "accepted AND customer IS NULL",
}  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """What the check found: `rows` were looked at, of which `accepted` can be taken in.

    Left out and not counted as rows are `totals` and repeated `headings`. Of the accepted, `rounded` amounts
    had more places than the currency, `turned` ones were positive beside a negative quantity, `future` ones lie
    ahead of the clock, and `anonymous` ones name no customer.
    """

    rows: int
    accepted: int
    totals: int
    headings: int
    rounded: int
    turned: int
    future: int
    anonymous: int


def check(
    stage: Staging, mapping: Mapping[str, str], headings: Cells, *, currency: str, zone: str, now: str
) -> Checked:
    """Make the table `lines` of the stage: one row for each row of the file, `problem` naming what is wrong.

    now: the clock in shop time, as ISO text.
    """
    cells = {field: f"trim(c{headings.index(heading)})" for field, heading in mapping.items()}
    text = dates.with_clock(cells["time"], cells["clock"]) if "clock" in cells else cells["time"]
    order = stage.one(dates.order_shown(text))[0]
    shapes = [shape for (shape,) in stage.engine.execute(dates.shapes(text)).fetchall()]
    moment = dates.moment(text, zone=zone, order=order, shapes=shapes)
    told = _told(cells, moment, currency=currency, width=len(headings), heading=mapping["time"])
    stage.make("lines", f"SELECT *, TIMESTAMP '{now}' AS now FROM ({_judged(told, currency)})")  # noqa: S608
    counts = ", ".join(f"count(*) FILTER ({condition})" for condition in COUNTED.values())
    return Checked(**dict(zip(COUNTED, stage.one(f"SELECT {counts} FROM lines"), strict=True)))  # noqa: S608


def _told(cells: Mapping[str, str], moment: str, *, currency: str, width: int, heading: str) -> str:
    """What the cells say, null where nothing can be understood; `bad_…` where something was written all the same."""

    def code(field: str) -> str:
        return f"code_of({cells[field]})" if field in cells else "NULL::VARCHAR"

    def words(field: str) -> str:
        return f"coalesce({cells[field]}, '')" if field in cells else "''"

    numbers = ", ".join(
        f"number_of({cells[field]}) AS {field}, {cells[field]} <> '' AS has_{field}"
        if field in cells
        else f"NULL::DECIMAL(18, 4) AS {field}, false AS has_{field}"
        for field in NUMBERS
    )
    phone = _phone(words("phone"), currency)
    who = phone if cells["customer"] == cells.get("phone") else code("customer")
    nobody = ", ".join(f"'{word}'" for word in NOBODY)
    total = " OR ".join(f"regexp_full_match(c{place}, '{TOTALS}')" for place in range(width))
    bad = ", ".join(f"has_{field} AND {field} IS NULL AS bad_{field}" for field in NUMBERS)
    # What is dear to work out is worked out below, once, and only asked for above.
    return f"""
        SELECT row, written, CASE WHEN lower(written) NOT IN ({nobody}) THEN written END AS customer, time,
          {", ".join(NUMBERS)}, {bad}, receipt, coalesce(code, nullif(description, '')) AS product, description,
          store, channel, name, phone, unkept,
          CASE WHEN time IS NULL AND {cells["time"]} = '{_quoted(heading)}' THEN 'heading'
               WHEN time IS NULL AND ({total}) THEN 'total'
               WHEN regexp_full_match(coalesce(written, receipt, ''), '{TOTALS}') THEN 'total' ELSE '' END AS left_out
        FROM (SELECT *, {dates.plausible("moment")} AS time FROM (
          SELECT *, nullif({who}, '') AS written, {moment} AS moment, {numbers}, {code("receipt")} AS receipt,
            {code("product")} AS code, {words("description")} AS description, {code("store")} AS store,
            {words("channel")} AS channel, {words("name")} AS name, {phone} AS phone, {_unkept(cells)} AS unkept
          FROM raw))"""  # noqa: S608


def _unkept(cells: Mapping[str, str]) -> str:
    """The codes that held a resident number: without it, rows of different people or receipts would become one."""
    held = ", ".join(f"CASE WHEN contains({cells[one]}, '{MASK}') THEN '{one}' END" for one in CODES if one in cells)
    return f"concat_ws(' ', {held})"


def _phone(written: str, currency: str) -> str:
    number = f"CASE WHEN contains({written}, '{MASK}') THEN '' ELSE {written} END"
    if currency != "KRW":
        return number
    return f"coalesce(korean_mobile(regexp_replace({written}, '[^0-9+]', '', 'g')), {number})"


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _judged(told: str, currency: str) -> str:
    """Money in minor units, the problems of each row, and the key under which its receipt is known."""
    exponent = money.exponent(currency)
    too_long = ", ".join(
        f"CASE WHEN length({field}) > {LONGEST} THEN '{field}' END" for field in ("customer", "receipt")
    )
    value = "CASE WHEN turned THEN -value ELSE value END"
    return f"""
        SELECT row, customer, time, receipt, left(product, 80) AS product, description, store,
          left(channel, 40) AS channel, name, phone, left_out, turned, minor,
          minor::DECIMAL(38, 4) <> {value} * {10**exponent} AS rounded,
          coalesce(quantity, 1) AS quantity, CASE WHEN minor < 0 OR quantity < 0 THEN -given ELSE given END AS discount,
          problem, left_out = '' AND problem = '' AS accepted
        FROM (SELECT *, CASE WHEN left_out = '' THEN concat_ws(' ', CASE WHEN time IS NULL THEN 'time' END,
            CASE WHEN minor IS NULL OR bad_amount THEN 'amount' END,
            CASE WHEN bad_unit_price AND amount IS NULL THEN 'unit_price' END,
            CASE WHEN bad_quantity THEN 'quantity' END, CASE WHEN bad_discount THEN 'discount' END, {too_long},
            nullif(unkept, ''), CASE WHEN length(store) > 40 THEN 'store' END) ELSE '' END AS problem
        FROM (SELECT *, {amounts.minor(value, exponent)} AS minor,
            coalesce(abs({amounts.minor("discount", exponent)}), 0) AS given
        FROM (SELECT *, coalesce(amount, unit_price * coalesce(quantity, 1)) AS value,
            coalesce(quantity < 0 AND amount > 0, false) AS turned FROM ({told}))))"""  # noqa: S608 -- our own names


def customers(stage: Staging) -> Iterator[Feed]:
    """The people of the accepted rows with the last name and number they are given; none when the file has neither."""
    query = """
        SELECT customer AS external_id, coalesce(arg_max(name, row) FILTER (name <> ''), '')[:120] AS full_name,
          arg_max(phone, row) FILTER (phone <> '') AS phone, min(time) AS registered_at
        FROM lines WHERE accepted AND customer IS NOT NULL GROUP BY customer
        HAVING bool_or(name <> '' OR phone <> '') ORDER BY min(row)"""
    for part in stage.batches(query, PEOPLE):
        yield made("customers", {name: part[name] for name in part.column_names})


def transactions(stage: Staging) -> Iterator[Feed]:
    """The accepted rows as feeds in the order of the file, the lines of a receipt side by side and never torn.

    Receipt numbers begin anew each day and at each till: the day, shop and customer belong to the key. A line
    without a receipt is a purchase of its own, known by what it says and by how many said the same before it,
    so a file that overlaps with an earlier one adds only what is new.
    """
    stage.make(
        "keys",
        f"""
        SELECT row, receipt IS NOT NULL AS numbered, strftime(time, '%Y%m%d') AS day,
          CASE WHEN numbered THEN concat_ws('@', receipt, day, store, customer) ELSE
            md5(concat_ws(chr(31), coalesce(customer, ''), time, coalesce(product, ''), description, quantity, minor,
                discount, coalesce(store, ''), channel)) END AS said,
          CASE WHEN numbered AND length(said) <= {LONGEST} THEN said
               WHEN numbered THEN day || '@' || md5(said) ELSE day || '-' || left(said, 16) END AS key
        FROM lines WHERE accepted""",  # noqa: S608 -- our own names
    )
    stage.make(
        "places",
        """
        SELECT row, CASE WHEN numbered THEN key ELSE key || '-' || row_number() OVER same END AS key,
          CASE WHEN numbered THEN min(row) OVER (PARTITION BY key) ELSE row END AS place
        FROM keys WINDOW same AS (PARTITION BY key ORDER BY row)""",
    )
    yield from _whole_receipts(
        stage.batches(
            """
            SELECT key AS receipt, customer, time, store, channel, product, description,
              quantity::DOUBLE AS quantity, minor AS amount, discount AS price_discount
            FROM lines JOIN places USING (row) ORDER BY place, row""",
            PART,
        )
    )


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
