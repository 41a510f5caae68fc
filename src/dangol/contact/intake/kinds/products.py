"""What is sold: a code, a name, where it stands in the tree, what it costs, how much is there."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from dangol.contact.intake.feeds import Feed, made
from dangol.contact.intake.kinds.kind import Field, Given, Kind, Stage, Type, Unread
from dangol.contact.intake.kinds.rules import COMMON, PART
from dangol.contact.intake.taken import Taken

TOTALS = r"[\[(<\s]*(총\s*)?(합|소|총|누)\s*계[\])>:\s]*"
SOLD_OUT = ("품절", "일시품절", "재고없음", "재고없슴", "없음", "soldout", "outofstock", "nostock")
LEVELS = ("category", "category2", "category3")
FIELDS = (
    Field("code", pgettext_lazy("column of a file", "Product code"), Type.CODE, longest=80, barcode=True,
          words=f"{COMMON['product']} 코드 제품id 상품id code id"),
    Field("name", pgettext_lazy("column of a file", "Product"), cut=200,
          words=f"{COMMON['description']} 명칭 이름 name title"),
    Field("category", pgettext_lazy("column of a file", "Category"), words=(
        "대분류 대분류명 1차분류 1차카테고리 카테고리 카테고리명 분류 분류명 상품분류 제품분류 상품군 제품군 품목군"
        " category categoryname categorypath productcategory department division group"
    )),
    Field("category2", pgettext_lazy("column of a file", "Category, second level"), words=(
        "중분류 중분류명 2차분류 2차카테고리 category2 subcategory middlecategory commoditydesc"
    )),
    Field("category3", pgettext_lazy("column of a file", "Category, third level"), words=(
        "소분류 소분류명 3차분류 3차카테고리 세분류 category3 subsubcategory smallcategory subcommoditydesc"
    )),
    Field("unit_price", pgettext_lazy("column of a file", "Unit price"), Type.MONEY, words=(
        f"{COMMON['unit_price']} 소비자가 소비자가격 판매가격 정상가 listprice retailprice"
    )),
    Field("stock", pgettext_lazy("column of a file", "Stock"), Type.NUMBER, unread=Unread.LEAVE,
          nothing=SOLD_OUT, words=(
        "재고수량 현재고 현재고수량 가용재고 가용재고수량 판매가능재고 판매가능수량 재고량 재고수 재고 잔여수량 stock"
        " stockquantity stocklevel onhand quantityonhand inventory inventoryquantity available availablequantity"
    )),
    Field("expected_on", pgettext_lazy("column of a file", "Comes in again on"), Type.MOMENT,
          unread=Unread.LEAVE, words=(
        "입고예정일 입고예정일자 입고예정 재입고예정일 재입고일 재입고예정 restockdate restockon backinstock"
        " expectedon expectedarrival nextarrival"
    )),
    Field("stock_at", pgettext_lazy("column of a file", "Stock as of"), Type.MOMENT, unread=Unread.LEAVE, words=(
        "재고기준일 재고기준일시 재고일자 재고일시 재고조사일 기준일 기준일자 기준일시 stockasof stockdate"
        " asof countedat"
    )),
)  # fmt: skip

REASONS = {
    "nothing": gettext_lazy("Row %(row)s: there is neither a code nor a name of a product."),
    "stock": gettext_lazy("Row %(row)s: a stock of “%(cell)s” cannot be. Write how many there are, from 0 on."),
    "unit_price": gettext_lazy(
        "Row %(row)s: cannot read the price “%(cell)s” in “%(column)s”. Write it in figures, like 12000 or 12,000원."
    ),
}


def gaps(mapping: Mapping[str, str]) -> list[str]:
    """A product needs a code or a name."""
    return [] if {"code", "name"} & set(mapping) else ["name"]


def judge(rows: str, given: Given) -> str:
    """The name stands for a code that is missing; the levels of the tree become one path."""
    # A path written in one cell may be split by >, / or ; in ours a slash between spaces stands between levels.
    levels = ", ".join(
        rf"nullif(trim(regexp_replace({level}, '\s*(>|/|;|\|)+\s*', ' / ', 'g'), ' /'), '')" for level in LEVELS
    )
    return f"""
        SELECT * EXCLUDE (code, left_out), left(coalesce(code, nullif(name, '')), 80) AS code,
          left(concat_ws(' / ', {levels}), 400) AS path, {given.minor("unit_price")} AS minor,
          code IS NULL AND name <> '' AS coded_by_name,
          (stock IS NOT NULL OR expected_on IS NOT NULL) AND stock_at IS NULL AS undated_stock,
          CASE WHEN regexp_full_match(code, '{TOTALS}') AND name = '' THEN 'total' ELSE left_out END AS left_out,
          concat_ws(' ', CASE WHEN code IS NULL AND name = '' THEN 'nothing' END,
            CASE WHEN length(code) > 80 THEN 'code' END, CASE WHEN unit_price < 0 THEN 'unit_price' END,
            CASE WHEN stock < 0 OR stock >= 100000000000 THEN 'stock' END) AS wrong
        FROM ({rows})"""  # noqa: S608 -- our own names


def feeds(stage: Stage, _given: Given) -> Iterator[Feed]:
    """The accepted rows; of a product that comes twice the last row counts."""
    query = """
        SELECT code, name, nullif(path, '') AS category, minor AS unit_price, stock::DOUBLE AS stock,
          CAST(expected_on AS DATE) AS expected_on, stock_at
        FROM lines WHERE accepted ORDER BY row"""
    for part in stage.batches(query, PART):
        yield made("products", {name: part[name] for name in part.column_names})


def warnings(counts: Mapping[str, int], _taken: Taken, _given: Given) -> list[str]:
    """What was decided on the way."""
    told = (
        (counts["coded_by_name"], ngettext(
            "%(count)s product has no code: it is known by its name.",
            "%(count)s products have no code: they are known by their names.", counts["coded_by_name"])),
        (counts["undated_stock"], ngettext(
            "%(count)s row does not say of when its stock is: it counts from today.",
            "%(count)s rows do not say of when their stock is: they count from today.", counts["undated_stock"])),
    )  # fmt: skip
    return [sentence % {"count": f"{count:,}"} for count, sentence in told if count]


PRODUCTS = Kind(
    name="products", label=pgettext_lazy("kind of file", "Products"), fields=FIELDS, gaps=gaps, judge=judge,
    counted={"coded_by_name": "accepted AND coded_by_name", "undated_stock": "accepted AND undated_stock"},
    feeds=feeds, warnings=warnings, reasons=REASONS,
    totals=("code", "unit_price"),
)  # fmt: skip
