"""What customers say that they spend on a category wherever they buy it: in a month or in a year."""

from collections.abc import Iterator, Mapping

import pyarrow as pa
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from dangol.contact.intake.feeds import Feed, made
from dangol.contact.intake.kinds.kind import Field, Given, Kind, Stage, Type, in_future
from dangol.contact.intake.kinds.rules import (
    COMMON,
    NAME,
    NO_KEY,
    PART,
    PHONE,
    keyed,
    meant,
    no_key,
    plain,
    stand_ins,
    who,
)
from dangol.contact.intake.kinds.transactions import people
from dangol.contact.intake.taken import Taken
from dangol.records.catalog.models import Category

HOW = (
    ("estimate", "추정|추산|추측|예상|짐작|어림|판단|가정($|값|치|함|해|하|한|했)|estimat|guess|assum"),
    ("survey", "설문|survey|questionnaire|panel"),
    ("talk", "상담|대화|면담|통화|전화|방문|말씀|말했|이야기|talk|conversation|call|visit|interview|told"),
    ("survey", "조사|응답"),
)
UNKNOWN = "unknown"  # something is said of how it is known, and nobody here knows the word
# What people write where everything is meant that the shop sells.
WHOLE = "^(전체|전부|모두|모든상품|합계|총|all|everything|total|whole)$"
FIELDS = (
    who(more="응답자번호 응답자id respondentid respondent"),
    Field("time", pgettext_lazy("column of a file", "Said on"), Type.MOMENT, needed=True, words=(
        f"응답일 응답일자 응답일시 조사일 조사일자 설문일 상담일 상담일자 saidon askedon surveydate {COMMON['time']}"
    )),
    Field("category", pgettext_lazy("column of a file", "Category"), words=(
        "카테고리 카테고리명 분류 분류명 상품분류 제품분류 상품군 제품군 품목군 품목 대분류 category categoryname"
        " categorypath productcategory department"
    )),
    Field("month", pgettext_lazy("column of a file", "Spends in a month, anywhere"), Type.MONEY, words=(
        "월지출 월지출액 월지출금액 월평균지출 월평균지출액 월구매액 월평균구매액 월소비액 월평균소비액 월예산 월필요액"
        " 한달지출 한달지출액 한달구매액 monthlyspend monthlyspending monthlyneed monthlybudget spendpermonth"
        " needpermonth permonth"
    )),
    Field("year", pgettext_lazy("column of a file", "Spends in a year, anywhere"), Type.MONEY, words=(
        "연지출 연지출액 연간지출 연간지출액 연간구매액 연구매액 연간소비액 연간예산 연간필요액 일년지출 일년지출액"
        " yearlyspend yearlyspending annualspend annualspending yearlyneed annualneed annualbudget spendperyear"
        " needperyear peryear"
    )),
    Field("how", pgettext_lazy("column of a file", "How it is known"), words=(
        "파악방법 파악경로 확인방법 출처 근거 조사방법 how basis howknown method"
    )),
    Field("ref", pgettext_lazy("column of a file", "Number of the answer"), Type.CODE,
          words="응답번호 답변번호 responseid answerid needid ref"),
    NAME,
    PHONE,
)  # fmt: skip

REASONS = {
    "amount": gettext_lazy(
        "Row %(row)s: what is spent stands nowhere, or is not above 0. Write it in figures, like 200000 or 200,000원."
    ),
    "category": gettext_lazy(
        "Row %(row)s: there is no category “%(cell)s” on record, or several are called so. Write it as it stands in"
        " your file of products, or leave it empty for everything you sell."
    ),
}


def gaps(mapping: Mapping[str, str]) -> list[str]:
    """Somebody, a day, and what is spent in a month or a year."""
    missing = [name for name in ("customer", "time") if name not in mapping]
    return missing if {"month", "year"} & set(mapping) else [*missing, "month"]


def judge(rows: str, given: Given) -> str:
    """A month counts before a year where both are told; how it is known by the words of it."""
    return f"""
        SELECT * EXCLUDE (how, month, year), {meant("how", HOW, otherwise=f"'{UNKNOWN}'")} AS way,
          {given.minor("coalesce(month, year)")} AS minor,
          CASE WHEN month IS NULL THEN 'year' ELSE 'month' END AS period,
          CASE WHEN regexp_matches({plain("category")}, '{WHOLE}') THEN '' ELSE category END AS wanted,
          concat_ws(' ', {no_key("customer")},
            CASE WHEN coalesce(coalesce(month, year) <= 0, true) OR {given.minor("coalesce(month, year)")} IS NULL
              THEN 'amount' END) AS wrong
        FROM ({rows})"""  # noqa: S608 -- our own names


def ask(stage: Stage, _given: Given) -> None:
    """Find the category of each row, by its path or by a name that one alone has; refuse the rows of others."""
    known = list(Category.objects.order_by("pk").values_list("path", "name"))
    stage.engine.register("known_categories", pa.table({
        "path": pa.array([path for path, _name in known], pa.string()),
        "called": pa.array([name for _path, name in known], pa.string()),
    }))  # fmt: skip
    stage.make(
        "spelled",
        f"""
        SELECT spelling, min(path) AS path FROM (
          SELECT {plain("path")} AS spelling, path, 0 AS rank FROM known_categories
          UNION ALL SELECT {plain("called")}, path, 1 FROM known_categories)
        GROUP BY spelling, rank HAVING count(*) = 1
        QUALIFY row_number() OVER (PARTITION BY spelling ORDER BY rank) = 1""",  # noqa: S608 -- our own names
    )
    stage.engine.unregister("known_categories")
    stage.engine.execute(f"""
        UPDATE lines SET accepted = false, problem = 'category' WHERE accepted AND wanted <> ''
          AND {plain("wanted")} NOT IN (SELECT spelling FROM spelled)""")  # noqa: S608 -- our own names


def feeds(stage: Stage, _given: Given) -> Iterator[Feed]:
    """The accepted rows; whose, of what and when says which it is where it has no number."""
    keyed(
        stage, own="customer", apart="concat_ws(chr(31), wanted, minor)",
        told=("customer", "time", "wanted", "minor", "period", "way"),
    )  # fmt: skip
    query = f"""
        SELECT key AS ref, customer, time, coalesce(path, '') AS category, minor AS amount, period,
          CASE way WHEN '' THEN 'survey' WHEN '{UNKNOWN}' THEN 'estimate' ELSE way END AS how
        FROM lines JOIN keys USING (row) LEFT JOIN spelled ON wanted <> '' AND spelling = {plain("wanted")}
        ORDER BY row"""  # noqa: S608 -- our own names
    for part in stage.batches(query, PART):
        yield made("needs", {name: part[name] for name in part.column_names})


def warnings(counts: Mapping[str, int], _taken: Taken, _given: Given) -> list[str]:
    """What was decided on the way."""
    told = (
        (counts["unsaid"], ngettext(
            "%(count)s row does not say how it is known: it counts as said in a survey.",
            "%(count)s rows do not say how they are known: they count as said in a survey.", counts["unsaid"])),
        (counts["unknown"], ngettext(
            "%(count)s row says how it is known in a word that nobody knows here: it counts as an estimate.",
            "%(count)s rows say how they are known in words that nobody knows here: they count as estimates.",
            counts["unknown"])),
        (counts["everything"], ngettext(
            "%(count)s row names no category: it counts for everything you sell.",
            "%(count)s rows name no category: they count for everything you sell.", counts["everything"])),
        (counts["future"], in_future(counts["future"])),
    )  # fmt: skip
    return [sentence % {"count": f"{count:,}"} for count, sentence in told if count]


NEEDS = Kind(
    name="needs", label=pgettext_lazy("kind of file", "Stated needs"), fields=FIELDS, settle=stand_ins, gaps=gaps,
    judge=judge, ask=ask, counted={
        "unsaid": "accepted AND way = ''", "unknown": f"accepted AND way = '{UNKNOWN}'",
        "everything": "accepted AND wanted = ''",
        "future": "accepted AND time > now",
    },
    aside=people, feeds=feeds, warnings=warnings, reasons=REASONS | {"no_key": NO_KEY},
    told_by={"no_key": "customer", "amount": "month"},
)  # fmt: skip
