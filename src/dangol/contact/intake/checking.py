"""From cells to what they mean: each row read by the types of its kind's fields, and why it is refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dangol.contact.intake import dates
from dangol.contact.intake.kinds.kind import LONGEST, Field, Given, Kind, Type, Unread
from dangol.contact.intake.staging import Staging
from dangol.lib.resident_numbers import MASK

__all__ = ["LONGEST", "Checked", "Left", "check"]

# Also those of a day or month: 3/1 소계, 2026-03-01(일) 합계.
TOTALS = (
    r"(?i)[\[(<*\s]*(\d[\d\s./년월일-]*(\(.\)\s*)?)?((당일|일별|월별|일자별|일|월|총)\s*)?(합\s*계|소\s*계|총\s*계|누\s*계|grand\s*total|sub[\s-]*total|totals?)"
    r"[\])>*:\s]*(\(.*\))?"
)
# What shops write where nobody is known.
NOBODY = ("비회원", "비회원구매", "손님", "일반고객", "guest", "anonymous", "nan", "null", "none", "n/a", "-")
CODES = (Type.CUSTOMER, Type.CODE)  # by which rows are put together
PLACES_NAMED = 3  # rows that are told for a cell that was left empty
COUNTED = {
    "rows": "left_out = ''", "accepted": "accepted", "totals": "left_out = 'total'",
    "headings": "left_out = 'heading'",
}  # fmt: skip


@dataclass(frozen=True)
class Left:
    """Cells of one column that could not be read and were left empty, with the first of them; or that were cut."""

    column: str
    count: int
    rows: tuple[int, ...]
    cells: tuple[str, ...]
    cut: int = 0


@dataclass(frozen=True)
class Checked:
    """What the check found: `counts` has rows, accepted, totals and headings left out, and what the kind counts."""

    counts: Mapping[str, int]
    left: tuple[Left, ...] = ()

    @property
    def accepted(self) -> int:
        """Rows that can be taken in."""
        return self.counts["accepted"]


def check(stage: Staging, kind: Kind, given: Given) -> Checked:
    """Make the table `lines` of the stage: one row for each row of the file, `problem` naming what is wrong."""
    kind.prepare(stage, given)
    rows = kind.judge(_told(stage, kind, given), given)
    left = {field.name: f"accepted AND bad_{field.name}" for field in kind.fields
            if (field.cut or field.unread is Unread.LEAVE) and field.name in given.mapping}  # fmt: skip
    # Every column of a table takes a piece of the little memory there is, whatever it holds.
    bad = {f"bad_{field.name}" for field in kind.fields if _can_be_bad(field) and field.name not in left}
    kept = f"* EXCLUDE ({', '.join(sorted(bad | {'unkept', *kind.spent}))})"
    stage.make("lines", f"SELECT {kept}, TIMESTAMP '{given.now}' AS now FROM ({_judged(rows, kind)})")  # noqa: S608
    kind.complete(stage, given)
    conditions = {**COUNTED, **kind.counted, **{f"left {name}": told for name, told in left.items()}}
    counts = ", ".join(f"count(*) FILTER ({condition})" for condition in conditions.values())
    found = dict(zip(conditions, stage.one(f"SELECT {counts} FROM lines"), strict=True))  # noqa: S608
    found |= {name: stage.one(question)[0] for name, question in kind.asked.items()}
    named = tuple(
        _left(stage, field, given, count) for field in kind.fields if (count := found.get(f"left {field.name}"))
    )
    return Checked(found, named)


def _left(stage: Staging, field: Field, given: Given, count: int) -> Left:
    query = (
        f"SELECT row, {given.cell(field.name)} FROM lines JOIN raw USING (row)"  # noqa: S608 -- our own names
        f" WHERE accepted AND bad_{field.name} ORDER BY row LIMIT {PLACES_NAMED}"
    )
    rows, cells = zip(*stage.engine.execute(query).fetchall(), strict=True)
    return Left(given.mapping[field.name], count, rows, cells, cut=field.cut)


def _told(stage: Staging, kind: Kind, given: Given) -> str:
    """SQL of what the cells say, null where nothing can be understood, `bad_…` where something was written."""
    mapped = [field for field in kind.fields if field.type is not Type.CLOCK]
    long = "".join(
        f", length({given.cell(field.name)}) > {field.cut} AS cut_{field.name}" for field in mapped if field.cut
    )
    read = ", ".join(
        f"{READERS[field.type](stage, field, given) if field.name in given.mapping else BLANKS[field.type]}"
        f" AS {field.name}, {_written(field, given)} AS has_{field.name}"
        for field in mapped
    )
    bad = ", ".join(
        f"has_{field.name} AND {f'cut_{field.name}' if field.cut else f'{field.name} IS NULL'} AS bad_{field.name}"
        for field in mapped if _can_be_bad(field)
    )  # fmt: skip
    names = ", ".join(field.name for field in mapped)
    kept = "".join(f", {given.under(heading)} AS kept_{given.headings.index(heading)}" for heading in given.kept)
    carried = "".join(f", kept_{given.headings.index(heading)}" for heading in given.kept)
    # What is dear to work out is worked out below, once, and only asked for above.
    return f"""
        SELECT row, {names}, {bad}, unkept{carried}, CASE {_left_out(kind, given)} ELSE '' END AS left_out
        FROM (SELECT *, {read}, {_unkept(kind, given)} AS unkept{long}{kept} FROM raw)"""  # noqa: S608 -- our own names


def _can_be_bad(field: Field) -> bool:
    return field.type is not Type.CLOCK and (bool(field.cut) or field.type is not Type.WORDS)


def _left_out(kind: Kind, given: Given) -> str:
    """What is no row: headings that come again, and rows of totals."""
    first = list(dict.fromkeys(given.mapping.values()))[:2]
    again = " AND ".join(f"{given.under(heading)} = '{_quoted(heading)}'" for heading in first)
    codes = [field.name for field in kind.fields if field.type in CODES and not field.barcode]
    cases = [f"WHEN {again} THEN 'heading'"]
    if kind.totals:
        total = " OR ".join(f"regexp_full_match(c{place}, '{TOTALS}')" for place in range(len(given.headings)))
        unread = " AND ".join(f"{name} IS NULL" for name in kind.totals)
        cases.append(f"WHEN {unread} AND ({total}) THEN 'total'")
    if codes:
        cases.append(f"WHEN regexp_full_match(coalesce({', '.join(codes)}, ''), '{TOTALS}') THEN 'total'")
    return " ".join(cases)


def _judged(rows: str, kind: Kind) -> str:
    """The problems of each row put together: those of the types, then those of the kind's own rules."""
    wrong = [problem for field in kind.fields if (problem := _problem(field))]
    return f"""
        SELECT * EXCLUDE (wrong), left_out = '' AND problem = '' AS accepted FROM (
          SELECT *, CASE WHEN left_out = '' THEN concat_ws(' ', {", ".join([*wrong, "nullif(wrong, '')"])},
            nullif(unkept, '')) ELSE '' END AS problem FROM ({rows}))"""  # noqa: S608 -- our own names


def _problem(field: Field) -> str:
    """SQL for the name of a field for which its row is refused."""
    if field.unread is Unread.OWN or field.type is Type.CLOCK:
        return ""
    conditions = []
    if field.needed:
        conditions.append(f"{field.name} = ''" if field.type is Type.WORDS else f"{field.name} IS NULL")
    elif field.unread is Unread.REFUSE and field.type not in (Type.WORDS, *CODES):
        conditions.append(f"bad_{field.name}")
    if field.type in CODES:
        conditions.append(f"length({field.name}) > {field.longest}")
    return f"CASE WHEN {' OR '.join(conditions)} THEN '{field.name}' END" if conditions else ""


def _written(field: Field, given: Given) -> str:
    """SQL: something stands there; what was made unreadable is told elsewhere."""
    if field.name not in given.mapping:
        return "false"
    cell = given.cell(field.name)
    return f"{cell} <> '' AND NOT contains({cell}, '{MASK}')" if field.type is Type.PHONE else f"{cell} <> ''"


def _unkept(kind: Kind, given: Given) -> str:
    """The codes that held a resident number: without it, rows of different people or receipts would become one."""
    codes = [field.name for field in kind.fields if field.type in CODES and field.name in given.mapping]
    held = ", ".join(f"CASE WHEN contains({given.cell(one)}, '{MASK}') THEN '{one}' END" for one in codes)
    return f"concat_ws(' ', {held})" if held else "''"


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _code(_stage: Staging, field: Field, given: Given) -> str:
    return f"code_of({given.cell(field.name)})"


def _customer(_stage: Staging, field: Field, given: Given) -> str:
    """A number, or where the column is that of the phone numbers, the phone number; null for nobody."""
    cell = given.cell(field.name)
    who = _number(cell, given) if given.same_column(field.name, "phone") else f"code_of({cell})"
    who = f"nullif({who}, '')"
    return f"CASE WHEN lower({who}) NOT IN ({_listed(NOBODY)}) THEN {who} END"


def _words(_stage: Staging, field: Field, given: Given) -> str:
    cell = f"coalesce({given.cell(field.name)}, '')"
    return f"left({cell}, {field.cut})" if field.cut else cell


def _moment(stage: Staging, field: Field, given: Given) -> str:
    text = given.cell(field.name)
    text = dates.with_clock(text, given.cell("clock")) if "clock" in given.mapping else text
    return dates.plausible(_read_moment(stage, text, given, told=field.name))


def _born(stage: Staging, field: Field, given: Given) -> str:
    """A day between 1900 and today; two figures of a year mean the latest that is not ahead."""
    cell, today = given.cell(field.name), f"DATE '{given.now[:10]}'"
    return f"born_of({cell}, CAST({_read_moment(stage, cell, given)} AS DATE), {today})"


def _read_moment(stage: Staging, text: str, given: Given, *, told: str = "") -> str:
    """told: the field of which it is noted how its years of two figures were read."""
    order = stage.one(dates.order_shown(text))[0]
    short = stage.one(dates.short_order(text, now=given.now, korean=given.currency == "KRW"))[0]
    if short and told:
        _tell_short_years(stage, text, given, field=told, short=short)
    shapes = [shape for (shape,) in stage.engine.execute(dates.shapes(text)).fetchall()]
    return dates.moment(text, zone=given.zone, order=order, short=short, shapes=shapes)


def _tell_short_years(stage: Staging, text: str, given: Given, *, field: str, short: str) -> None:
    """Note the first date whose year has two figures, and the day that was made of it."""
    read = dates.short_date(f"tidy_date({text})", short)
    first = stage.engine.execute(
        f"SELECT {text}, strftime({read}, '%Y-%m-%d') FROM raw WHERE {read} IS NOT NULL ORDER BY row LIMIT 1"  # noqa: S608
    ).fetchone()
    if first:
        told = _("“%(column)s” has years of two figures: %(cell)s was read as %(day)s.")
        given.notes.append(told % {"column": given.mapping[field], "cell": first[0], "day": first[1]})


def _decimal(_stage: Staging, field: Field, given: Given) -> str:
    cell = given.cell(field.name)
    if not field.nothing:
        return f"number_of({cell})"
    nothing = f"lower(replace({cell}, ' ', '')) IN ({_listed(field.nothing)})"
    return f"CASE WHEN {nothing} THEN 0::DECIMAL(18, 4) ELSE number_of({cell}) END"


def _choice(_stage: Staging, field: Field, given: Given) -> str:
    cell = f"lower(replace({given.cell(field.name)}, ' ', ''))"
    cases = " ".join(f"WHEN '{_quoted(word)}' THEN '{_quoted(value)}'" for word, value in field.choices.items())
    return f"CASE {cell} {cases} END"


def _phone(_stage: Staging, field: Field, given: Given) -> str:
    return f"phone_of({given.cell(field.name)})" if given.currency == "KRW" else _number(given.cell(field.name), given)


def _number(cell: str, given: Given) -> str:
    """A phone number in E.164 where the country is known, else as it was written; "" for what may not be kept."""
    number = f"CASE WHEN contains({cell}, '{MASK}') THEN '' ELSE {cell} END"
    return f"coalesce(phone_of({cell}), {number})" if given.currency == "KRW" else number


def _email(_stage: Staging, field: Field, given: Given) -> str:
    cell = f"lower({given.cell(field.name)})"
    whole = rf"regexp_full_match({cell}, '[^@\s]+@[^@\s]+\.[^@\s.]+')"
    return f"CASE WHEN {whole} AND length({cell}) <= 254 THEN {cell} END"


def _postcode(_stage: Staging, field: Field, given: Given) -> str:
    cell = given.cell(field.name)
    code = f"code_of({cell})"
    if given.currency == "KRW":  # five digits, of which a spreadsheet ate the first where it was a 0
        code = rf"CASE WHEN regexp_full_match({code}, '\d{{4}}') THEN '0' || {code} ELSE {code} END"
    return f"CASE WHEN regexp_full_match({code}, '[0-9A-Za-z][0-9A-Za-z -]{{2,9}}') THEN {code} END"


type Reader = Callable[[Staging, Field, Given], str]

READERS: dict[Type, Reader] = {
    Type.CODE: _code, Type.CUSTOMER: _customer, Type.WORDS: _words, Type.BORN: _born,
    Type.MOMENT: _moment,
    Type.MONEY: _decimal, Type.NUMBER: _decimal, Type.CHOICE: _choice, Type.PHONE: _phone,
    Type.EMAIL: _email, Type.POSTCODE: _postcode,
}  # fmt: skip
BLANKS = {
    Type.CODE: "NULL::VARCHAR", Type.CUSTOMER: "NULL::VARCHAR", Type.WORDS: "''", Type.BORN: "NULL::DATE",
    Type.MOMENT: "NULL::TIMESTAMP", Type.MONEY: "NULL::DECIMAL(18, 4)", Type.NUMBER: "NULL::DECIMAL(18, 4)",
    Type.CHOICE: "NULL::VARCHAR", Type.PHONE: "NULL::VARCHAR",
    Type.EMAIL: "NULL::VARCHAR", Type.POSTCODE: "NULL::VARCHAR",
}  # fmt: skip
