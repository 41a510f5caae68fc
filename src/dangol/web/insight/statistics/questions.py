"""The questions of Statistics: what each asks for, and how it is answered from the words of an address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.records.customers.columns import Asked
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.insight.statistics.by_month import goods, metrics
from dangol.web.insight.statistics.compare import compare
from dangol.web.insight.statistics.crowd import CUSTOMER, SEGMENT, Crowd, Option, Options
from dangol.web.insight.statistics.follow import follow
from dangol.web.insight.statistics.judging import Asking, CannotAnswer
from dangol.web.insight.statistics.lasting import lasting
from dangol.web.insight.statistics.long_run import in_the_long_run
from dangol.web.insight.statistics.months import months
from dangol.web.insight.statistics.periods import OUTCOMES, periods, read_period
from dangol.web.insight.statistics.regress import regression
from dangol.web.insight.statistics.said import Answer
from dangol.web.insight.statistics.together import together
from dangol.web.shell.viewer import Viewer

LONGEST = 200  # letters of a word in an address

type Word = str | Promise


@dataclass(frozen=True)
class Blank:
    """One field of a question. kind: select, day, count, or many (several of it); options: what can be chosen; empty:
    what choosing nothing means, "" where something must be chosen.
    """

    name: str
    label: Word
    options: Callable[[Crowd], Options] | None = None
    empty: Word = ""
    kind: str = "select"


@dataclass(frozen=True)
class Question:
    """slug: its part of the address; asked, good_for: as the pages tell it; answer: works it out."""

    slug: str
    icon: str
    asked: Word
    good_for: Word
    blanks: tuple[Blank, ...]
    answer: Callable[[Crowd, QueryDict, Asking], Answer]

    def told(self, query: QueryDict) -> bool:
        """Whether everything needed is in the address."""
        return all(query.get(blank.name) for blank in self.blanks if not blank.empty)

    def words(self, query: QueryDict) -> str:
        """The address of exactly this question, whatever else stands in it."""
        kept = QueryDict(mutable=True)
        for blank in self.blanks:
            values = [value[:LONGEST] for value in query.getlist(blank.name) if value]
            if values:
                kept.setlist(blank.name, values if blank.kind == "many" else values[-1:])
        return kept.urlencode()


def answered(question: Question, query: QueryDict, mine: Viewer, by: User) -> Answer:
    """The answer for whoever asks. Raises CannotAnswer, NoSuchThing, and what a segment's rule raises."""
    if not question.told(query):
        raise CannotAnswer(_("Something is missing: choose an entry in every field."))
    crowd = Crowd(mine, Asked(clock.as_of()))
    asking = Asking(by, clock.now(), f"{question.slug}?{question.words(query)}")
    return question.answer(crowd, query, asking)


def whom(query: QueryDict) -> list[int]:
    """The customer whom a question is about, where it is about one."""
    name, _colon, number = _word(query, "among").partition(":")
    return [int(number)] if name == CUSTOMER and number.isascii() and number.isdigit() else []


def _outcomes(crowd: Crowd) -> Options:
    return [(_("A number"), crowd.numbers), *_shares(crowd)]


def _shares(crowd: Crowd) -> Options:
    words = [(heading, entries) for heading, entries in crowd.groups if not entries[0].value.startswith(SEGMENT)]
    return [(_("A share: %(what)s") % {"what": heading}, entries) for heading, entries in words]


def _groups(crowd: Crowd) -> Options:
    return crowd.groups


def _anything(crowd: Crowd) -> Options:
    return [(_("A number"), crowd.numbers), (_("A word"), crowd.choices)]


def _of_periods(_crowd: Crowd) -> Options:
    return [("", [Option(code, str(label)) for code, label in OUTCOMES.items()])]


def _word(query: QueryDict, name: str) -> str:
    """What stands in one field, "" for nothing."""
    told = query.get(name)
    return told[:LONGEST] if isinstance(told, str) else ""


def _compare(crowd: Crowd, query: QueryDict, asking: Asking) -> Answer:
    return compare(crowd, what=_word(query, "what"), a=_word(query, "a"), b=_word(query, "b"), asking=asking)


def _periods(crowd: Crowd, query: QueryDict, asking: Asking) -> Answer:
    before = read_period(_word(query, "from1"), _word(query, "to1"))
    after = read_period(_word(query, "from2"), _word(query, "to2"))
    return periods(
        crowd, what=_word(query, "what"), before=before, after=after, among=_word(query, "among"), asking=asking
    )  # fmt: skip


def _together(crowd: Crowd, query: QueryDict, asking: Asking) -> Answer:
    return together(crowd, x=_word(query, "x"), y=_word(query, "y"), asking=asking)


def _regression(crowd: Crowd, query: QueryDict, asking: Asking) -> Answer:
    return regression(crowd, y=_word(query, "y"), x=[name for name in query.getlist("x") if name], asking=asking)


def _months(crowd: Crowd, query: QueryDict, _asking: Asking) -> Answer:
    return months(
        crowd, metric=_word(query, "metric"), ahead=_word(query, "ahead"), among=_word(query, "among"),
        part=_word(query, "part"),
    )  # fmt: skip


def _follow(crowd: Crowd, query: QueryDict, asking: Asking) -> Answer:
    return follow(
        crowd, first=_word(query, "first"), second=_word(query, "second"), among=_word(query, "among"), asking=asking
    )  # fmt: skip


def _lasting(crowd: Crowd, query: QueryDict, asking: Asking) -> Answer:
    return lasting(crowd, by=_word(query, "by"), asking=asking)


def _long_run(crowd: Crowd, query: QueryDict, _asking: Asking) -> Answer:
    return in_the_long_run(crowd, among=_word(query, "among"))


def _metrics(_crowd: Crowd) -> Options:
    return metrics()


def _goods(_crowd: Crowd) -> Options:
    return goods()


def _words(crowd: Crowd) -> Options:
    return [("", crowd.choices)]


QUESTIONS: dict[str, Question] = {
    one.slug: one
    for one in (
        Question(
            "compare", "seg", gettext_lazy("Do two groups differ?"),
            gettext_lazy("A number of customers, or the share that has something: here and there."),
            (Blank("what", gettext_lazy("What to compare"), _outcomes),
             Blank("a", gettext_lazy("This group"), _groups),
             Blank("b", gettext_lazy("against"), _groups, gettext_lazy("everybody else"))),
            _compare,
        ),
        Question(
            "periods", "clock", gettext_lazy("Did something change?"),
            gettext_lazy("The same customers in two periods: what they spent, how often they bought."),
            (Blank("what", gettext_lazy("What to compare"), _of_periods),
             Blank("from1", gettext_lazy("First period from"), kind="day"),
             Blank("to1", gettext_lazy("First period until"), kind="day"),
             Blank("from2", gettext_lazy("Second period from"), kind="day"),
             Blank("to2", gettext_lazy("Second period until"), kind="day"),
             Blank("among", gettext_lazy("Which customers"), _groups, gettext_lazy("everybody"))),
            _periods,
        ),
        Question(
            "together", "loop", gettext_lazy("Do two things go together?"),
            gettext_lazy("Two numbers, two words, or a number by a word, known of each customer."),
            (Blank("x", gettext_lazy("The one"), _anything), Blank("y", gettext_lazy("The other"), _anything)),
            _together,
        ),
        Question(
            "regression", "bars", gettext_lazy("What goes with it, each thing by itself?"),
            gettext_lazy("One outcome and up to six things at once: each is told while the others stay as they are."),
            (Blank("y", gettext_lazy("Outcome"), _outcomes),
             Blank("x", gettext_lazy("Things that may go with it"), _anything, kind="many")),
            _regression,
        ),
        Question(
            "months", "today", gettext_lazy("What comes next month?"),
            gettext_lazy(
                "A metric, commitment or value month by month, of everybody, a segment, a kind of goods or one "
                "customer: trend, seasons, and what may come."
            ),
            (Blank("metric", gettext_lazy("Metric"), _metrics),
             Blank("among", gettext_lazy("Which customers"), _groups, gettext_lazy("everybody")),
             Blank("part", gettext_lazy("Which goods"), _goods, gettext_lazy("all goods")),
             Blank("ahead", gettext_lazy("Months ahead"), empty=gettext_lazy("six"), kind="count")),
            _months,
        ),
        Question(
            "follow", "right", gettext_lazy("Does one follow the other?"),
            gettext_lazy("Two numbers month by month, such as contacts and purchases: whether one goes with the other, "
                         "and how many months later."),
            (Blank("first", gettext_lazy("The one"), _metrics), Blank("second", gettext_lazy("The other"), _metrics),
             Blank("among", gettext_lazy("Which customers"), _groups, gettext_lazy("everybody"))),
            _follow,
        ),
        Question(
            "long-run", "up", gettext_lazy("How do we do in the long run?"),
            gettext_lazy("Whether customers stay, come again, grow in number and would recommend us: years, not this "
                         "week’s sales."),
            (Blank("among", gettext_lazy("Which customers"), _groups, gettext_lazy("everybody")),),
            _long_run,
        ),
        Question(
            "lasting", "down", gettext_lazy("Who stays longer?"),
            gettext_lazy("How long contracts last, a curve for each group of customers."),
            (Blank("by", gettext_lazy("Groups by"), _words),),
            _lasting,
        ),
    )
}  # fmt: skip
