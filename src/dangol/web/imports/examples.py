"""A small file of each kind that shows what is needed, in the language in use."""

import csv
import io
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dangol.contact.intake import headers
from dangol.contact.intake.kinds import KINDS
from dangol.contact.intake.kinds.kind import Kind, Type
from dangol.lib.languages import speaks

type Word = str | Promise

MILK, YOGURT = gettext_lazy("Milk 1 L"), gettext_lazy("Yogurt")
ADVERTISING, PAPER = pgettext_lazy("in an example", "Advertising"), pgettext_lazy("in an example", "Paper form 3")
DAIRY = pgettext_lazy("in an example", "Dairy")
SMS = pgettext_lazy("in an example", "text message")
# The fields an example shows, and two or three rows of them; of other kinds those that are needed.
ROWS: dict[str, tuple[str, tuple[tuple[Word, ...], ...]]] = {
    "transactions": (
        "customer time amount description",
        (("A-001", "2026-10-02", "12000", MILK), ("A-002", "2026-10-02", "8500", YOGURT),
         ("A-001", "2026-10-19", "15000", MILK)),
    ),
    "customers": (
        "external_id full_name phone birth_date",
        (("A-001", gettext_lazy("Jiwoo Kim"), "010-1234-5678", "1985-03-02"),
         ("A-002", gettext_lazy("Haneul Park"), "010-2345-6789", "1992-11-20")),
    ),
    "products": (
        "code name category unit_price",
        (("P-001", MILK, DAIRY, "3200"), ("P-002", YOGURT, DAIRY, "1500")),
    ),
    "consents": (
        "customer time purpose channel granted evidence",
        (("A-001", "2026-10-02", ADVERTISING, SMS, pgettext_lazy("in an example", "agreed"), PAPER),
         ("A-002", "2026-10-05", ADVERTISING, SMS, pgettext_lazy("in an example", "refused"), PAPER)),
    ),
    "feedback": (
        "customer time kind subject text",
        (("A-001", "2026-10-02", pgettext_lazy("in an example", "Complaint"),
          pgettext_lazy("in an example", "Delivery"), pgettext_lazy("in an example", "It came late.")),),
    ),
    "surveys": (
        "customer time survey item answer scale_min scale_max",
        (("A-001", "2026-10-02", pgettext_lazy("in an example", "Autumn survey"),
          pgettext_lazy("in an example", "Was it easy to order?"), "4", "1", "5"),),
    ),
    "interactions": (
        "customer time kind direction text",
        (("A-001", "2026-10-02 14:30", pgettext_lazy("in an example", "call"),
          pgettext_lazy("in an example", "incoming"), pgettext_lazy("in an example", "Asked for delivery times.")),),
    ),
    "subscriptions": (
        "customer time description price period",
        (("A-001", "2026-10-02", MILK, "32000", pgettext_lazy("in an example", "monthly")),),
    ),
    "needs": (
        "customer time category month how",
        (("A-001", "2026-10-02", DAIRY, "120000", pgettext_lazy("in an example", "survey")),
         ("A-002", "2026-10-05", DAIRY, "60000", pgettext_lazy("in an example", "conversation"))),
    ),
    "points": (
        "customer time kind amount",
        (("A-001", "2026-10-02", pgettext_lazy("in an example", "given"), "500"),
         ("A-001", "2026-10-19", pgettext_lazy("in an example", "used"), "300")),
    ),
    "deliveries": (
        "customer ref description promised state",
        (("A-001", "D-1001", MILK, "2026-10-05", pgettext_lazy("in an example", "on its way")),
         ("A-002", "D-1002", YOGURT, "2026-10-06", pgettext_lazy("in an example", "being made ready"))),
    ),
    "costs": (
        "time purpose channel amount",
        (("2026-10", pgettext_lazy("in an example", "winning"), pgettext_lazy("in an example", "Search ads"),
          "1500000"),
         ("2026-10-12", pgettext_lazy("in an example", "keeping"), SMS, "120000"),
         ("2026-10-20", pgettext_lazy("in an example", "winning back"), pgettext_lazy("in an example", "Letters"),
          "300000")),
    ),
    "loans": (
        "customer time due item store",
        (("A-001", "2026-10-02", "2026-10-16", "B-0001", pgettext_lazy("in an example", "Main library")),),
    ),
}  # fmt: skip
BY_TYPE: dict[Type, Word] = {
    Type.CODE: "B-001", Type.CUSTOMER: "A-001", Type.MOMENT: "2026-10-02 14:30",
    Type.CLOCK: "14:30", Type.MONEY: "12000", Type.NUMBER: "1", Type.PHONE: "010-1234-5678",
    Type.EMAIL: "jiwoo@example.com", Type.POSTCODE: "04524", Type.WORDS: MILK,
}  # fmt: skip


@dataclass(frozen=True)
class Example:
    """Headings and rows of one kind, and in words what must be there and what helps."""

    kind: Kind
    headings: list[str]
    rows: list[list[str]]

    @property
    def needed(self) -> list[str]:
        """What every row needs."""
        return [str(self.kind.labels[name]) for name in self.kind.missing({})]

    @property
    def helpful(self) -> list[str]:
        """What else can be taken."""
        needed = set(self.kind.missing({}))
        return [str(label) for name, label in self.kind.labels.items() if name not in needed]


def tables() -> list[Example]:
    """An example of every kind, in the order in which they are offered."""
    return [example(name) for name in KINDS]


def example(kind: str) -> Example:
    """The example of one kind."""
    of = KINDS[kind]
    if kind in ROWS:
        names, rows = ROWS[kind]
        fields = names.split()
    else:
        fields = list(dict.fromkeys([*of.missing({}), *(one.name for one in of.fields)]))[:5]
        rows = (tuple(_cell(of, name) for name in fields),)
    headings = [_heading(of, name) for name in fields]
    return Example(of, headings, [[str(cell) for cell in row] for row in rows])


def as_csv(kind: str) -> bytes:
    """The example as CSV that spreadsheets open as it is."""
    shown = example(kind)
    text = io.StringIO()
    csv.writer(text).writerows([shown.headings, *shown.rows])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def nothing_chosen() -> str:
    """What is said where no file came."""
    return _("Choose a file first.")


def _heading(kind: Kind, name: str) -> str:
    """What a column is called in an example: as on the page, where that is a word it is recognised by."""
    label, field = str(kind.labels[name]), kind.named(name)
    words = field.words.split() if field is not None else []
    if headers.plain(label) in words:
        return label
    english = speaks() != "ko"
    return next((word for word in words if word.isascii() == english), label)


def _cell(kind: Kind, name: str) -> Word:
    field = kind.named(name)
    if field is None:
        return ""
    if field.choices:
        return next(iter(field.choices))
    return BY_TYPE.get(field.type, "")
